"""The ledger and the search index in memory, for tests and as what the real ones are compared with."""

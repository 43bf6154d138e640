"""The ledger and the search index in memory: what tests use, and what the real ones are compared with."""

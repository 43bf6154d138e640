"""The ledger and the search index in memory, the references of tests."""

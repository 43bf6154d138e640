"""Backup and restore: the ledger with what belongs to it, in one archive."""

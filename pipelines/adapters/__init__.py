"""The ports on real stores, servers and files.

The memory adapter of each port answers alike; tests/contracts holds both to it.
"""

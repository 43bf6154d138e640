"""Measurements of the parts that cost most.

Each against a plain way of doing the same.
"""

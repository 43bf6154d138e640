"""Measurements of the parts that cost most, each against a plain way of doing the same."""

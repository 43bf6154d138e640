"""The stages of a run, the past, and how work is divided."""

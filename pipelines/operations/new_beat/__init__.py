"""Write a small beat that works: `maplewire beat new`.

NewBeat (what a person said) ──► check_plan() ──► templates ──► the files of a beat
"""

from __future__ import annotations

from pipelines.operations.new_beat.plan import NAME_KINDS, NewBeat
from pipelines.operations.new_beat.writing import write_beat

__all__ = ["NAME_KINDS", "NewBeat", "write_beat"]

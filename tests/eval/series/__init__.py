"""Series of forms that are filled in again, with copies of their members: a generator and its data.

    seen, aside, later … .yaml ──► members of each series ──► copies of some ──► joined wrongly, missed

The members of a series differ in everything that a form leaves open, or in one name, one number, one
ordinal, one date alone, or in whether something will happen or did.

    python -m tests.eval.series seen 1 2 3
"""

"""The ledger's schema as steps, one file each in `versions/`.

`open_ledger` takes those that are missing.

A new step: a file `rNNNN_what_it_does.py` beside the last, `down_revision` naming that one, and
`REVISION` in `pipelines.adapters.ledger.migration` moved up. A step never imports the present schema.
"""

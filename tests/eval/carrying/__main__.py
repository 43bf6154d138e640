"""Say what becomes of the pages: python -m tests.eval.carrying seen"""

from __future__ import annotations

import sys

from tests.eval.carrying.pages import scored

for name in sys.argv[1:] or ["seen"]:
    score = scored(name)
    for what, (expected, right) in score.counts.items():
        print(f"{name}: {right} of {expected} {what}")
    for wrong in score.wrong:
        print(f"  {wrong.language} {wrong.kind}: {wrong.page} should be {wrong.what}: {wrong.other}")

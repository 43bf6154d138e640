"""What of the tests a process gets at a time: a file, so that what its tests share is made once.

Tests with a mark `xdist_group` stay together, whatever their files. Some files have long tests that share
nothing: there each test is dealt out by itself.
"""

from __future__ import annotations

from xdist.scheduler import LoadGroupScheduling

#: Files whose tests share nothing.
DEALT_SINGLY = ("tests/e2e/test_saved_web.py", "tests/test_growth.py")


class WorkUnits(LoadGroupScheduling):  # type: ignore[misc]
    """Deals out files and groups, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(test: str) -> str:
    """Return the name of a test's work unit; xdist has put an `@` and the group behind the test's name."""
    before, at, group = test.rpartition("@")
    if at and "]" not in group and "::" in before:
        return group
    file = test.partition("::")[0]
    return test if file in DEALT_SINGLY else file

"""The fault of some Pythons that concerns those who send mail (pure)."""

from __future__ import annotations

#: The first release of each series in which CVE-2024-6923 is mended.
_MENDED = {(3, 11): (3, 11, 10), (3, 12): (3, 12, 5), (3, 13): (3, 13, 0, "candidate", 3)}


def mail_fault(version: tuple[int, int, int, str, int]) -> str | None:
    """Return what is wrong with a Python that sends mail, and what to do.

    None where nothing is. `version` is that of `sys.version_info`.

    >>> mail_fault((3, 13, 1, "final", 0)) is None
    True
    """
    mended = _MENDED.get(version[:2])
    # "candidate" < "final", and "alpha" and "beta" come before both, so plain comparing is right.
    if mended is None or version >= mended:
        return None
    name = ".".join(map(str, version[:3]))
    wanted = ".".join(map(str, mended[:3]))
    return (
        f"Python {name} writes the headers of mails carelessly (CVE-2024-6923); Maplewire hands it "
        f"nothing that could do harm, but please update to Python {wanted} or newer"
    )

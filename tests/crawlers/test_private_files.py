"""Files that only their owner may read."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from crawlers.private_files import is_private, make_private_file

TRY_LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("locked")
"""


def test_a_new_file_is_private_and_one_that_is_there_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    make_private_file(path)
    assert is_private(path)
    path.write_text("kept")
    make_private_file(path)
    assert path.read_text() == "kept"


def test_a_file_that_is_there_keeps_the_locks_of_this_process(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        make_private_file(path)
        other = subprocess.run(
            [sys.executable, "-c", TRY_LOCK, str(path)], check=True, capture_output=True, text=True
        )
    assert other.stdout.strip() == "locked"

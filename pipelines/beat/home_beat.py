"""Which beat a data folder belongs to.

Stories, accounts and mails of two beats in one data folder would be a muddle that nobody can take apart. So
the first command that fills a data folder notes the beat in `HOME/beat.txt`, and later commands look there:

    MAPLEWIRE_BEAT is not set     the noted beat
    it names the noted beat       that one
    it names another              reading commands say so; commands that would fill the folder refuse

`maplewire beat use FOLDER` gives a data folder to another beat.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from crawlers.errors import CatalogueError
from crawlers.private_files import open_private

#: The file of a data folder that names its beat.
NOTE = "beat.txt"


@dataclass(frozen=True, slots=True)
class HomeBeat:
    """The beat of a data folder, and what a person must hear of it."""

    folder: Path
    #: Said once by every command.
    hint: str | None = None
    #: Why no command may fill the data folder.
    conflict: str | None = None

    def raise_conflict(self) -> None:
        """Raise CatalogueError where the data folder belongs to another beat."""
        if self.conflict is not None:
            raise CatalogueError([self.conflict])


def choose_beat(home: Path, named: Path | None, packaged: Path) -> HomeBeat:
    """Return the beat that a data folder's commands work with.

    `named` is what MAPLEWIRE_BEAT says, `packaged` the beat that is meant where nothing is said.
    """
    noted = read_note(home, packaged.parent)
    if noted is None:
        return HomeBeat(named or packaged)
    if named is None:
        return HomeBeat(noted, _describe_noted(home, noted, packaged))
    if is_same_beat(noted, named):
        return HomeBeat(named)
    hint = f"{home} was filled by another beat, {noted}; MAPLEWIRE_BEAT names {named}"
    conflict = (
        f"nothing was done, so that the stories of two beats do not mix in {home}: set MAPLEWIRE_HOME to a "
        f"data folder of its own for {named}; or, if that beat takes the other's place, say: "
        f"maplewire beat use {shlex.quote(str(named))}"
    )
    return HomeBeat(named, hint, conflict)


def is_same_beat(noted: Path, named: Path) -> bool:
    """Tell whether two folders are one beat.

    A folder of the same name counts as moved, where the noted one is no longer there.
    """
    if noted.resolve() == named.resolve():
        return True
    return noted.name == named.name and not noted.exists()


def read_note(home: Path, packaged_beats: Path) -> Path | None:
    """Return the folder of the noted beat, None where none is noted.

    A name alone is that of a beat that comes with Maplewire.
    """
    try:
        text = (home / NOTE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not text or "\n" in text or not text.isprintable():
        return None
    # An absolute path stays what it is.
    return packaged_beats / text


def note_beat(home: Path, beat: Path, packaged_beats: Path) -> None:
    """Note a beat in a data folder that is there. Raises OSError."""
    folder = beat.resolve()
    text = str(folder)
    # Where Maplewire is installed changes with every update, so its own beats are noted by name.
    if folder.parent == packaged_beats.resolve():
        text = folder.name
    path = home / NOTE
    if path.is_file() and path.read_bytes() == f"{text}\n".encode():
        return
    with open_private(path, "w") as file:
        file.write(f"{text}\n")


def _describe_noted(home: Path, noted: Path, packaged: Path) -> str | None:
    if not noted.is_dir():
        return (
            f"{home} was filled by the beat {noted}, which is not there any more; "
            "set MAPLEWIRE_BEAT to where it is now"
        )
    if noted.resolve() == packaged.resolve():
        return None
    # Who names a data folder that holds its own beat, as the demo's does, expects no other.
    if noted.resolve().is_relative_to(home.resolve()):
        return None
    return f"the beat is {noted}, which filled {home} (MAPLEWIRE_BEAT is not set)"

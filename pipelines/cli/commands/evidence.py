"""`maplewire evidence`: one story with all its proof, and its verification."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.command_group import StoryFirstGroup
from pipelines.cli.console import print_text, say
from pipelines.cli.options import StoryId


class _EvidenceGroup(StoryFirstGroup):
    usual_command = "pack"


evidence_app = typer.Typer(
    help="Evidence packs: make one of a story, check one.",
    no_args_is_help=True,
    cls=_EvidenceGroup,
)


@evidence_app.command("pack")
def evidence_pack(
    story: StoryId,
    out: Annotated[Path | None, typer.Option(help="Write it here, else evidence-STORY.zip.")] = None,
) -> None:
    """Write one story with all its proof as a signed zip.

    Texts and hashes of every version, the pages as they came, route, reasons and a report to read.

    Example: maplewire evidence s9c1f0a2b3c4d5e6f
    """
    from crawlers.errors import CatalogueError
    from pipelines.config import maplewire_version
    from pipelines.stages.evidence import write_evidence
    from pipelines.stories.view import find_story
    from pipelines.text.counts import counted

    with open_app() as maplewire:
        found = find_story(maplewire.ledger, story)
        path = out or Path(f"evidence-{found.id}.zip")
        try:
            with path.open("wb") as file:
                files = write_evidence(maplewire.parts, found, file, maplewire_version())
        except OSError as e:
            raise CatalogueError([f"{path}: cannot be written ({e.strerror}); name another file"]) from e
    say(f"{path} is written: {counted(files, 'file')}; check it with: maplewire evidence verify {path}")


@evidence_app.command("verify")
def evidence_verify(
    file: Annotated[Path, typer.Argument(help="An evidence pack, of this machine or another.")],
) -> None:
    """Check every hash and the signature of an evidence pack.

    Compare the fingerprint with the one that the maker of the pack told you: anybody can sign a pack.
    """
    from pipelines.stages.evidence import verify_evidence

    pack = verify_evidence(file)
    print_text(
        f"{file} holds: all {pack.files} files are as they were signed\n"
        f"story        {pack.story}  {pack.headline}\n"
        f"made         {pack.made}\n"
        f"signed with  {pack.fingerprint}\n"
    )

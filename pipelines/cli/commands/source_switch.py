"""`maplewire sources off`, `on` and `retry`: whether a source is asked, and when."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from pipelines.cli.application import open_app, open_app_to_work, user_name
from pipelines.cli.console import say


def sources_off(
    source: Annotated[list[str], typer.Argument(help="The ids of the sources.")],
    why: Annotated[str | None, typer.Option(help="The reason, kept beside it as off_reason.")] = None,
) -> None:
    """Ask sources no more: write “enabled: no” into sources.yaml.

    Their articles and accounts stay. Comments, order and form of the file stay too; `maplewire sources on`
    takes it back.

    Example: maplewire sources off valley-voice --why "answers 410 since November"
    """
    _switch(source, enabled=False, reason=why)


def sources_on(source: Annotated[list[str], typer.Argument(help="The ids of the sources.")]) -> None:
    """Ask sources again that were turned off in sources.yaml.

    Example: maplewire sources on valley-voice
    """
    _switch(source, enabled=True)


def sources_retry(
    source: Annotated[list[str], typer.Argument(help="The ids of the sources.")],
    by: Annotated[str | None, typer.Option(help="Who asks; without it, the user of the machine.")] = None,
) -> None:
    """Have the next run ask sources, due or not.

    Earlier failures do not count. A pause that a server asked for is kept.

    Example: maplewire sources retry valley-voice
    """
    from pipelines.stages.source_orders import ask_sources_again

    with open_app_to_work() as maplewire:
        name = user_name() if by is None else by
        ask_sources_again(maplewire.ledger, maplewire.beat, source, name, maplewire.clock.now())
    say(f"{', '.join(dict.fromkeys(source))}: asked by the next run; now: maplewire run")


def _switch(ids: list[str], *, enabled: bool, reason: str | None = None) -> None:
    from pipelines.operations.source_switch import switch_sources

    with open_app(reading=True) as maplewire:
        beat = maplewire.beat
    changed = switch_sources(beat, ids, enabled=enabled, reason=reason)
    state = "on" if enabled else "off"
    for source_id in dict.fromkeys(ids):
        if source_id not in changed:
            say(f"{source_id} is {state} already")
    if not changed:
        return
    say(f"{beat.folder / 'sources.yaml'}: {', '.join(changed)} {state}")
    opposite = "off" if enabled else "on"
    say(f"undo: maplewire sources {opposite} {shlex.join(changed)}")

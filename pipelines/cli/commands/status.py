"""`maplewire status`: the accounts of the last runs."""

from __future__ import annotations

from pipelines.cli.application import open_app
from pipelines.cli.console import complain, say
from pipelines.cli.options import AsJson, Limit


def status(limit: Limit = 10, as_json: AsJson = False) -> None:
    """Show the accounts of the last runs, and what is not well.

    The accounts tell how many pages were fetched and what became of them. What is not well are sources,
    addresses that get no mail, held mail, and mail that no server takes.
    """
    from pipelines.alerts.delayed_mail import find_delayed_mail
    from pipelines.alerts.paused_addresses import paused_sentences
    from pipelines.alerts.restore_hold import hold_sentence
    from pipelines.alerts.source_record import read_source_health
    from pipelines.cli.render.runs import print_runs
    from pipelines.stages.unknown_names_note import unknown_names_sentence

    with open_app(reading=True) as maplewire:
        held = hold_sentence(maplewire.ledger)
        if held is not None:
            complain(held)
        delayed = find_delayed_mail(maplewire.ledger)
        # While mail is held nothing is tried, so what was wrong before says nothing.
        if delayed is not None and held is None:
            complain(f"{delayed}; every run tries again; to look at them: maplewire outbox --open")
        for sentence in paused_sentences(maplewire.ledger):
            complain(sentence)
        runs = maplewire.ledger.runs(limit)
        # A program gets an empty list.
        if not runs and not as_json:
            say("no run yet; start one with: maplewire run")
            return
        health = read_source_health(maplewire.ledger, maplewire.sources, maplewire.clock.now())
        print_runs(runs, health, as_json=as_json)
        unknown = unknown_names_sentence(maplewire.settings.home)
        if unknown is not None:
            say(unknown)

"""How newly learnt weights are printed."""

from __future__ import annotations

from pipelines.cli.console import out, say
from pipelines.cli.render.tables import print_table
from pipelines.model import Relevance
from pipelines.relevance.refit import ChangedVerdict, Quality, Refit


def print_refit(learnt: Refit) -> None:
    """Print the weights that move, the verdicts that change, and how well both do."""
    rows = []
    for name in learnt.moved:
        before, after = learnt.before[name], learnt.after[name]
        rows.append((name, f"{before:.2f}", f"{after:.2f}", f"{after - before:+.2f}"))
    print_table("Weights", ["sign", "before", "after", "change"], rows)
    verdicts = []
    for changed in learnt.verdicts:
        verdicts.append(_verdict_row(changed))
    if verdicts and out.is_terminal:
        out.print()
        print_table("Judged otherwise", ["", "label", "before", "after", "title"], verdicts)
    elif verdicts:
        # A second table would break the lines of the first for a program.
        for mark, label, was, now, title in verdicts:
            say(f"{mark or 'moved'}: {was} → {now}, {label}: {' '.join(title.split())}")
    say(f"before: {_quality(learnt.quality_before)}")
    say(f"after:  {_quality(learnt.quality_after)}, on the texts that it learnt from")


def _verdict_row(changed: ChangedVerdict) -> tuple[str, str, str, str, str]:
    label = "relevant" if changed.text.is_relevant else "not relevant"
    mark = "right now" if changed.is_better else "wrong now"
    if changed.before.relevant == changed.after.relevant:
        mark = ""
    title = changed.text.title or changed.text.text[:100]
    return (mark, label, _verdict(changed.before), _verdict(changed.after), title)


def _verdict(relevance: Relevance) -> str:
    word = "off-beat"
    if relevance.relevant:
        word = "relevant"
    elif relevance.is_borderline:
        word = "borderline"
    return f"{word} {relevance.score:.2f}"


def _quality(quality: Quality) -> str:
    return f"{quality.right} of {quality.of} labelled texts right, F1 {quality.f1:.3f}"

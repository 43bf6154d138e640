"""Saved searches x what arrived or changed -> what to tell whom, and the finished mails. Pure: nothing is sent here."""

from pipelines.alerts.writing import (
    KIND_WORDS,
    Match,
    compose,
    find_matches,
    message_id,
    not_yet_mailed,
    route_label,
)

__all__ = ["KIND_WORDS", "Match", "compose", "find_matches", "message_id", "not_yet_mailed", "route_label"]

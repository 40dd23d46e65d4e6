"""Decisions in short, to compare them."""

from collections.abc import Iterable

from routers.matching import Decision


def kinds(decisions: Iterable[Decision]) -> list[tuple[str, str, str | None]]:
    return [(d.kind, d.ticket_id, d.rep_id) for d in decisions]

"""What the demo comes to: one object for programs, plain sentences for people."""

from typing import Any

from streams.contracts import SurgeState
from streams.demo.live import Live
from streams.demo.view import clock_text, percent
from streams.local.traffic.scenario import MINUTE_S
from streams.topics import Topic


def summarise(live: Live, duplicates: int, simulated: dict[str, Any]) -> dict[str, Any]:
    """The whole outcome. duplicates: repeated messages that triage dropped, by its own count."""
    board, scenario = live.board, live.scenario
    delay_s = None
    if scenario.incident is not None:
        begins_s, _ = scenario.incident
        # A surge that was heard before is a false alarm, and no answer to the incident.
        delay_s = min(
            (heard[0][0] - begins_s for heard in board.surges.values() if heard[0][0] >= begins_s), default=None
        )
    periods = live.world.scorecard.periods(live.world.now_s)
    return {
        "scenario": scenario.name,
        "messages": board.sent[Topic.MESSAGES_RAW],
        "triaged": board.triaged.total(),
        "duplicates": duplicates,
        "dead_letters": board.dead_letters,
        "tickets": len(board.tickets),
        "decided": len(board.decided),
        "waiting": len(board.tickets - board.decided),
        "lost": board.lost,
        "duplicated": board.duplicated,
        "surges": len(board.surges),
        "detection_delay_s": delay_s,
        "seats_requested": max((request.seats for _, request in board.requests), default=0),
        "seats_opened": board.seats_opened_most,
        "service_level": {name: service.service_level for name, service in periods.items()},
        "simulated": simulated,
    }


def tell(live: Live, outcome: dict[str, Any]) -> list[str]:
    """The same in sentences."""
    board, scenario = live.board, live.scenario
    lines = [
        f"{outcome['messages']:,} records came in: {outcome['triaged']:,} messages triaged, "
        f"{outcome['duplicates']} repeated ones dropped, {outcome['dead_letters']} broken ones set aside.",
        f"Lost: {outcome['lost']}. Counted twice: {outcome['duplicated']}.",
        f"They made {outcome['tickets']:,} tickets; {outcome['decided']:,} were given to someone, "
        f"{outcome['waiting']:,} still wait.",
    ]
    if scenario.incident is not None:
        begins_s, ends_s = scenario.incident
        lines.append(f"Something was wrong from {clock_text(begins_s)} to {clock_text(ends_s)}.")
    for heard in board.surges.values():
        heard_s, onset = heard[0]
        end = next((surge for _, surge in heard if surge.state is SurgeState.CLEARED), None)
        ended = "it still lasts" if end is None else f"over at {clock_text(end.at_s)}"
        lines.append(
            f"Surge from {clock_text(onset.onset_at.timestamp())}, seen at {clock_text(heard_s)}: {onset.series}, "
            f"{onset.observed:.0f} a minute where {onset.expected:.0f} were expected; {ended}."
        )
    if outcome["detection_delay_s"] is not None:
        lines.append(f"That was {outcome['detection_delay_s'] / MINUTE_S:.1f} minutes after it began.")
    if board.requests:
        first_s, first = board.requests[0]
        lines.append(
            f"At {clock_text(first_s)} {first.vendor} was asked for {first.seats} seats, at most for "
            f"{outcome['seats_requested']}; it opened up to {outcome['seats_opened']}."
        )
    levels = outcome["service_level"]
    lines.append("Answered in time: " + ", ".join(f"{name} {percent(level)}" for name, level in levels.items()) + ".")
    return lines

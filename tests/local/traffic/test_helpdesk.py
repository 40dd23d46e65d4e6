from streams.contracts import Feedback, TicketEventKind, decode
from streams.local.traffic.simulation import World
from tests.local.traffic.support import events, of, serve, with_more

SCENARIO = with_more("[corrections]\nshare = 0.3\ndelay_min = 10\n")


def test_a_share_of_the_resolved_tickets_gets_its_true_labels_later_and_once() -> None:
    world = World(SCENARIO, 1)
    records = serve(world, SCENARIO.end_s)
    truths = {record.truth.message_id: record.truth for record in records if record.truth is not None}
    resolved = {event.ticket_id: event.at_s for event in events(records) if event.kind is TicketEventKind.RESOLVED}
    said = [(record.time_s, decode(Feedback, record.value)) for record in of(records, "feedback")]

    assert 0.2 < len(said) / len(resolved) < 0.35
    assert len({feedback.ticket_id for _, feedback in said}) == len(said)
    for time_s, feedback in said:
        truth = truths[feedback.message_id]
        assert truth.opens
        assert truth.ticket_id == feedback.ticket_id
        assert truth.labels == (feedback.topic, feedback.urgency, feedback.sentiment)
        assert time_s > resolved[feedback.ticket_id]

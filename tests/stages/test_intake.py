from typing import Any

import pytest

from routers.capacity import VendorEvent
from routers.matching import RepStatus, TicketEvent
from streams.contracts import Contract, TicketEventKind, VendorEventKind, encode
from streams.runtime.stage import Stage, Watermark
from streams.stages.capacity_inbox import read_capacity
from streams.stages.inbox import read_command
from streams.stages.intake import intake_spec
from streams.stages.learning import LabelRecord, OutcomeRecord, read_learning
from streams.stages.totals import decode_totals
from streams.topics import Topic

SOURCES = intake_spec({"default", "acme"}, {"default", "acme"}).sources


def make(topic: str) -> Stage:
    return SOURCES[topic](0, 1)


def test_a_rep_status_goes_to_the_router_of_its_group(feed: Any, at_noon: Watermark) -> None:
    output = make(Topic.REPS_STATUS).process([feed.record(Topic.REPS_STATUS, feed.rep(group="acme"))], at_noon)
    [send] = output.sends
    assert (send.topic, send.key) == ("routing.inbox", b"acme")
    assert isinstance(read_command(send.value), RepStatus)


def test_ticket_events_go_to_the_routers_of_their_groups_in_order(feed: Any, at_noon: Watermark) -> None:
    groups = ["acme", "default", "acme"]
    records = [feed.record(Topic.TICKETS_EVENTS, feed.event(group=group, epoch=n)) for n, group in enumerate(groups)]
    output = make(Topic.TICKETS_EVENTS).process(records, at_noon)
    to_route = [send for send in output.sends if send.topic == Topic.ROUTING_INBOX]
    commands = [read_command(send.value) for send in to_route]
    assert [send.key for send in to_route] == [b"acme", b"default", b"acme"]
    assert [command.epoch for command in commands if isinstance(command, TicketEvent)] == [0, 1, 2]


def test_events_that_say_how_a_ticket_was_judged_or_how_much_work_it_was_go_to_where_its_text_is(
    feed: Any, at_noon: Watermark
) -> None:
    events = [feed.event(ticket_id="c-1", kind=kind) for kind in TicketEventKind]
    output = make(Topic.TICKETS_EVENTS).process([feed.record(Topic.TICKETS_EVENTS, event) for event in events], at_noon)
    learned = [(send.key, read_learning(send.value)) for send in output.sends if send.topic == Topic.LEARNING_INBOX]
    told = ["accepted", "waiting_on_customer", "reopened", "resolved", "transferred", "escalated"]
    assert learned == [(b"c-1", OutcomeRecord("default", "c-1", kind, events[0].at_s)) for kind in told]


def test_a_vendors_event_goes_to_the_planner_of_its_group(feed: Any, at_noon: Watermark) -> None:
    said = feed.vendor_event(group="acme", request_id="acme/flex/any/7", kind=VendorEventKind.ACTIVE, seats=5)
    output = make(Topic.VENDORS_EVENTS).process([feed.record(Topic.VENDORS_EVENTS, said)], at_noon)
    [send] = output.sends
    assert (send.topic, send.key) == ("capacity.inbox", b"acme")
    assert read_capacity(send.value)[1] == VendorEvent("acme/flex/any/7", "active", 5, said.at_s)


def test_labels_of_feedback_go_to_where_the_text_of_its_conversation_is_and_feedback_without_any_nowhere(
    feed: Any, at_noon: Watermark
) -> None:
    said = feed.feedback(ticket_id="c-1", message_id="m-1", urgency="high", sentiment=None, topic="billing", by="ann")
    survey = feed.feedback(ticket_id="c-1", message_id=None, urgency=None, sentiment=None, topic=None, csat=0.9, by="s")
    nothing = feed.feedback(urgency=None, sentiment=None, topic=None, csat=None)
    records = [feed.record(Topic.FEEDBACK, each) for each in (said, survey, nothing)]
    output = make(Topic.FEEDBACK).process(records, at_noon)
    send, surveyed = output.sends
    assert (send.topic, send.key) == ("learning.inbox", b"c-1")
    labels = {"urgency": "high", "topic": "billing"}
    assert read_learning(send.value) == LabelRecord("default", "c-1", labels, "ann", said.at_s, "m-1", said.csat)
    assert read_learning(surveyed.value) == LabelRecord("default", "c-1", {}, "s", survey.at_s, None, 0.9)
    assert not output.dead_letters


@pytest.mark.parametrize(
    ("topic", "make_good", "owner"),
    [
        (Topic.REPS_STATUS, "rep", "group"),
        (Topic.TICKETS_EVENTS, "event", "group"),
        (Topic.VENDORS_EVENTS, "vendor_event", "group"),
        (Topic.FEEDBACK, "feedback", "tenant"),
    ],
)
def test_bad_records_become_dead_letters_and_the_others_arrive(
    topic: str, make_good: str, owner: str, feed: Any, at_noon: Watermark
) -> None:
    def good(name: str = "default") -> Contract:
        said: Contract = getattr(feed, make_good)(**{owner: name})
        return said

    bad = {
        b"": ("empty_value", ""),
        None: ("null_value", ""),
        b"[]": ("wrong_type", ""),
        b"\xff": ("invalid_utf8", ""),
        encode(good("nobody")): (f"unknown_{owner}", owner),
        encode(good()).replace(b'"at":', b'"att":'): ("missing_field", "at"),
    }
    records = [record for value in bad for record in (feed.record(topic, value), feed.record(topic, good()))]
    output = make(topic).process(records, at_noon)
    assert [(letter.reason, letter.field) for letter in output.dead_letters] == list(bad.values())
    assert [letter.record for letter in output.dead_letters] == records[::2]
    to_owner = [send for send in output.sends if topic == Topic.FEEDBACK or send.topic != Topic.LEARNING_INBOX]
    assert len(to_owner) == 6


def test_totals_add_up_across_a_restore(feed: Any, rows: Any, at_noon: Watermark) -> None:
    topic = Topic.REPS_STATUS
    first, second = make(topic), make(topic)
    rows.keep(first.process([feed.record(topic, feed.rep()), feed.record(topic, b"{")], at_noon))
    second.restore(rows)
    rows.keep(second.process([feed.record(topic, feed.rep())], at_noon))
    assert decode_totals(rows) == {"received": 3, "forwarded": 2, "dead_letters": 1}


def test_time_alone_changes_nothing(at_noon: Watermark) -> None:
    assert not make(Topic.REPS_STATUS).tick(at_noon.time_s, at_noon)

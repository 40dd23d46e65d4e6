from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.text import URGENCIES
from routers.matching import Policy, Pool, Queue, count_rows
from streams.contracts import Assignment, AssignmentKind, Channel, EventType, RepState, TicketEventKind, at, decode
from streams.runtime.partitioner import key_hash
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.group_rows import rows_by_group
from streams.stages.inbox import EventRecord, InboxRecord, RepRecord, TicketRecord, to_inbox
from streams.stages.route import Route
from streams.topics import Topic

NOON_S = 1_773_144_000.0
POLICIES = {
    "default": Policy.default(),
    "acme": Policy("acme", [Queue("all", ["*"], skills=["law"])], [Pool("home", skills=["law"])]),
    "strict": Policy("strict", [Queue("all", ["*"], skills=["magic"])], [Pool("home")]),
}
Inbox = Callable[..., Record]


def make(policies: dict[str, Policy] = POLICIES, partition: int = 0, partitions: int = 1) -> Route:
    return Route(policies, partition, partitions)


def ticket(ticket_id: str, **changes: Any) -> TicketRecord:
    fields: dict[str, Any] = {
        "message_id": f"m-{ticket_id}",
        "urgency": "normal",
        "sentiment": "neutral",
        "topic": "billing",
        "language": "en",
        "channel": Channel.CHAT,
        "effort_units": 1,
        "needs_human": False,
    }
    return TicketRecord(ticket_id=ticket_id, **(fields | changes))


@pytest.fixture
def inbox(feed: Any) -> Inbox:
    def record(said: InboxRecord | bytes, time_s: float = NOON_S, group: str | None = "default") -> Record:
        value = said if isinstance(said, bytes) else to_inbox("", said).value
        made: Record = feed.record(Topic.ROUTING_INBOX, value, time_s, key=None if group is None else group.encode())
        return made

    return record


def assignments(output: Output) -> list[Assignment]:
    said = [send for send in output.sends if send.topic == Topic.TICKETS_ASSIGNMENTS]
    return [decode(Assignment, send.value, send.headers) for send in said]


def mark(time_s: float) -> Watermark:
    return Watermark(time_s)


def test_a_ticket_goes_to_the_rep_who_is_there(inbox: Inbox, feed: Any) -> None:
    records = [inbox(RepRecord(feed.rep())), inbox(ticket("c-1"), NOON_S + 0.25)]
    output = make().process(records, mark(0))
    [send], [said] = output.sends, assignments(output)
    assert (send.topic, send.key) == ("tickets.assignments", b"c-1")
    assert dict(send.headers)["ce_type"] == EventType.TICKET_ASSIGNMENT.encode()
    assert (said.kind, said.rep_id, said.group, said.pool) == (AssignmentKind.ASSIGNED, "ann", "default", "home")
    assert said.assignment_id == f"c-1:{said.epoch}" == f"c-1:{(NOON_S + 0.25) * 1_000:.0f}"
    assert (said.decided_at_s, said.expires_at_s) == (NOON_S + 0.25, NOON_S + 60.25)
    assert output.counts == {"assigned": 1}


def test_accepted_and_resolved_a_ticket_is_done(inbox: Inbox, feed: Any, rows: Any) -> None:
    stage = make()
    [said] = assignments(rows.keep(stage.process([inbox(RepRecord(feed.rep())), inbox(ticket("c-1"))], mark(0))))
    for kind, state in ((TicketEventKind.ACCEPTED, "accepted"), (TicketEventKind.RESOLVED, "resolved")):
        event = EventRecord(feed.event(ticket_id="c-1", kind=kind, epoch=said.epoch))
        assert not rows.keep(stage.process([inbox(event, NOON_S + 1)], mark(0))).sends
        assert count_rows(rows_by_group(rows)["default"])[state] == 1


def test_groups_have_routers_of_their_own(inbox: Inbox, feed: Any) -> None:
    records = [inbox(RepRecord(feed.rep())), inbox(ticket("c-1"), group="acme"), inbox(ticket("c-1"))]
    output = make().process(records, mark(0))
    assert [said.group for said in assignments(output)] == ["default"]
    assert {group: count_rows(own)["waiting"] for group, own in rows_by_group(_present(output)).items()} == {
        "acme": 1,
        "default": 0,
    }


def _present(output: Output) -> dict[bytes, bytes]:
    return {key: row for key, row in output.rows.items() if row is not None}


def test_what_nobody_could_ever_take_is_parked_with_what_is_missing(inbox: Inbox) -> None:
    [said] = assignments(make().process([inbox(ticket("c-1"), group="strict")], mark(0)))
    assert (said.kind, said.rep_id, said.expires_at) == (AssignmentKind.PARKED, None, None)
    assert said.why.missing == ("magic",)


@pytest.mark.parametrize(
    ("due_at", "said_due_at"),
    [
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59+00:00"),
        ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59+00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00"),
        ("2026-03-10T14:00:00+01:00", "2026-03-10T13:00:00+00:00"),
    ],
)
def test_a_callback_promised_for_any_time_can_be_said(due_at: str, said_due_at: str, inbox: Inbox, feed: Any) -> None:
    # A callback is served as long before its time as the SLA says: here at once.
    early = Policy("default", [Queue("all", ["*"], sla_s=dict.fromkeys(URGENCIES, 1e12))], [Pool("home")])
    records = [inbox(RepRecord(feed.rep())), inbox(ticket("c-1", due_at=datetime.fromisoformat(due_at)))]
    [said] = assignments(make({"default": early}).process(records, mark(0)))
    assert said.due_at is not None
    assert said.due_at.isoformat() == said_due_at


@pytest.mark.parametrize(
    ("value", "group", "reason", "field"),
    [
        (None, "default", "invalid_command", ""),
        (b"hello", "default", "invalid_command", ""),
        (b'{"kind":"ticket","ticket_id":7}', "default", "invalid_command", "ticket_id"),
        (b'{"kind":"vote"}', "default", "invalid_command", "kind"),
        (b"{}", None, "unknown_group", ""),
        (b"{}", "nobody", "unknown_group", ""),
    ],
)
def test_what_somebody_wrote_by_hand_is_a_dead_letter_and_the_others_are_carried_out(
    value: bytes | None, group: str | None, reason: str, field: str, inbox: Inbox, feed: Any
) -> None:
    bad = replace(inbox(b"", group=group), value=value)
    output = make().process([inbox(RepRecord(feed.rep())), bad, inbox(ticket("c-1"))], mark(0))
    assert output.dead_letters == [(bad, reason, field)]
    assert len(output.sends) == 1


def test_a_key_that_is_no_text_is_no_group(inbox: Inbox) -> None:
    [letter] = make().process([replace(inbox(ticket("c-1")), key=b"\xff")], mark(0)).dead_letters
    assert letter.reason == "unknown_group"


def test_a_group_never_gets_a_second_router_in_another_partition(inbox: Inbox) -> None:
    home = key_hash(b"default") % 8
    reasons = []
    for partition in range(8):
        output = make(partition=partition, partitions=8).process([inbox(ticket("c-1"))], mark(0))
        reasons.append([letter.reason for letter in output.dead_letters])
    assert reasons == [[] if partition == home else ["wrong_partition"] for partition in range(8)]


def test_an_acceptance_that_waits_behind_a_late_watermark_is_not_revoked(inbox: Inbox, feed: Any) -> None:
    stage = make()
    rep = RepRecord(feed.rep(valid_for_s=86_400.0))
    [said] = assignments(stage.process([inbox(rep), inbox(ticket("c-1"))], mark(0)))
    # Ten minutes pass on the clock, but intake has not said yet that it has read what came within them.
    assert not assignments(stage.tick(NOON_S + 600, mark(NOON_S + 59)))
    accepted = EventRecord(feed.event(ticket_id="c-1", epoch=said.epoch))
    assert not stage.process([inbox(accepted, NOON_S + 600)], mark(NOON_S + 59)).sends
    assert not assignments(stage.tick(NOON_S + 700, mark(NOON_S + 700)))


def test_a_reservation_that_nobody_took_is_revoked_once_with_a_row_that_says_so(
    inbox: Inbox, feed: Any, rows: Any
) -> None:
    stage = make()
    rows.keep(stage.process([inbox(RepRecord(feed.rep())), inbox(ticket("c-1"))], mark(0)))
    output = rows.keep(stage.tick(NOON_S + 61, mark(NOON_S + 61)))
    [said] = assignments(output)
    assert (said.kind, said.rep_id, said.decided_at_s) == (AssignmentKind.REVOKED, "ann", NOON_S + 61)
    assert output.rows
    assert not stage.tick(NOON_S + 62, mark(NOON_S + 62))  # nor anything else: statistics come every 10 s
    again = make()
    again.restore(rows)
    assert not assignments(again.tick(NOON_S + 62, mark(NOON_S + 62)))


def test_a_tick_that_was_not_committed_is_done_again_the_same(inbox: Inbox, feed: Any, rows: Any) -> None:
    stage = make()
    rows.keep(stage.process([inbox(RepRecord(feed.rep())), inbox(ticket("c-1"))], mark(0)))
    lost = stage.tick(NOON_S + 61, mark(NOON_S + 61))
    again = make()
    again.restore(rows)
    assert again.tick(NOON_S + 61, mark(NOON_S + 61)) == lost


def test_rows_of_a_group_that_the_policy_no_longer_has_stay_as_they_are(inbox: Inbox, rows: Any) -> None:
    rows.keep(make().process([inbox(ticket("c-1"), group="acme")], mark(0)))
    stage = make({"default": Policy.default()})
    stage.restore(rows)
    assert not stage.tick(NOON_S + 1e6, mark(NOON_S + 1e6))
    [letter] = stage.process([inbox(ticket("c-2"), group="acme")], mark(0)).dead_letters
    assert letter.reason == "unknown_group"


def test_what_a_router_refuses_is_counted_and_no_dead_letter(inbox: Inbox, feed: Any) -> None:
    stage = make()
    for _ in range(2):
        output = stage.process([inbox(EventRecord(feed.event(ticket_id="c-404")))], mark(0))
        assert (output.counts, output.sends, output.dead_letters) == ({"refused_unknown_ticket": 1}, [], [])


SAYINGS = st.lists(
    st.tuples(
        st.sampled_from(["ticket", "rep", "gone", "accepted", "declined", "resolved", "junk"]),
        st.integers(0, 3),
        st.sampled_from(["default", "acme", "strict"]),
        st.sampled_from([0.0, 0.001, 1.0, 30.0]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sayings=SAYINGS, sizes=st.lists(st.integers(1, 7), min_size=1, max_size=5), crashes=st.sets(st.integers(0, 30)))
def test_neither_the_cutting_of_chunks_nor_crashes_change_what_is_decided(
    sayings: Sequence[tuple[str, int, str, float]], sizes: list[int], crashes: set[int], inbox: Inbox, feed: Any
) -> None:
    epochs: dict[tuple[str, str], int] = {}
    rows: dict[bytes, bytes] = {}
    stage, one_by_one, time_s = make(), Output(), NOON_S
    records: list[Record] = []
    for number, (kind, who, group, after_s) in enumerate(sayings):
        time_s += after_s
        records.append(inbox(_say(kind, who, group, time_s, epochs, feed), time_s, group))
        if number in crashes:
            stage.process(records[-1:], mark(0))
            stage = make()
            stage.restore(rows)
        output = stage.process(records[-1:], mark(0))
        epochs.update({(said.group, said.ticket_id): said.epoch for said in assignments(output)})
        _merge(one_by_one, output, rows)
    stage, cut, cut_rows, at_record, chunk = make(), Output(), dict[bytes, bytes](), 0, 0
    while at_record < len(records):
        size = sizes[chunk % len(sizes)]
        _merge(cut, stage.process(records[at_record : at_record + size], mark(0)), cut_rows)
        at_record, chunk = at_record + size, chunk + 1
    assert cut.sends == one_by_one.sends
    assert cut.dead_letters == one_by_one.dead_letters
    assert cut_rows == rows
    said_of: dict[tuple[str, str], list[int]] = {}
    for said in assignments(cut):
        said_of.setdefault((said.group, said.ticket_id), []).append(said.epoch)
    assert all(before < after for said_epochs in said_of.values() for before, after in pairwise(said_epochs))


def _say(
    kind: str, who: int, group: str, time_s: float, epochs: dict[tuple[str, str], int], feed: Any
) -> InboxRecord | bytes:
    if kind == "ticket":
        return ticket(f"c-{who}", message_id=f"m-{time_s}")
    if kind in ("rep", "gone"):
        state = RepState.ONLINE if kind == "rep" else RepState.OFFLINE
        return RepRecord(feed.rep(rep_id=f"r-{who}", group=group, state=state, at=at(time_s), capacity_units=1))
    if kind == "junk":
        return b"junk"
    epoch = epochs.get((group, f"c-{who}"), 0)
    return EventRecord(
        feed.event(ticket_id=f"c-{who}", group=group, kind=TicketEventKind(kind), epoch=epoch, at=at(time_s))
    )


def _merge(everything: Output, output: Output, rows: dict[bytes, bytes]) -> None:
    everything.sends += output.sends
    everything.dead_letters += output.dead_letters
    for key, row in output.rows.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row

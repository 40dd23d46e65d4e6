"""What the real pipeline must have written, worked out from its source topics.

Recomputed in full, from each stage's own input, and compared record by record (exactly once, in order per source
partition): intake; triage (nobody labels here, so the models are those that the program begins with; their versions,
stamped on each output, are compared like all else); route, for every group whose
decisions follow from commands alone. What depends on the moment of processing is taken out of the comparison and
checked by bounds instead: ``triaged_at`` and ``decided_at`` lie between the broker's timestamps of the input and of the
output, and never go back along a source partition (so a worker's wrong clock shows). They follow the partition's time,
which may run up to a millisecond ahead of a record's timestamp when a tick came between, so times inside an assignment
and in rows are compared to 10 ms. Counts (volume.counts) are cut by chunks, which differ between runs: their sums are
compared.

Where a reservation may end, decisions also come from ticks, whose moment is not recorded; there the fold of the
decisions is checked instead, which suffices for what is promised: every triaged ticket is there; each decision appears
once (assignment_id), epochs rise; a ticket is never given to a rep while another has it; the rows show every ticket
where its last decision left it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import orjson
from msgspec.structs import replace

from streams.app import App, build
from streams.config import load
from streams.runtime.marks import Mark, is_mark
from streams.runtime.stage import Record, Send, StageSpec
from streams.stages.seen import CONVERSATIONS, MESSAGES, SeenLately
from tests.faults import oracle
from tests.flow.deployment import Deployment

EXACT_RESERVATION_S = 600.0
CLOSE_S = 0.01
SOON_S = 60.0
HELPDESK = ("reps.status", "tickets.events", "feedback", "vendors.events")
ROUTE_ROWS = "route.routing.inbox.state"
INBOXES = ("routing.inbox", "capacity.inbox", "learning.inbox")
_TIME = re.compile(rb'"\d{4}-\d\d-\d\dT[^"]*"')
_STAMPS = ("ce_time",)


@cache
def _app(folder: Path) -> App:
    """The composition root's own, so that stages, policies and models are the workers'; models are made once."""
    return build(load(folder / "spillway.toml"))


def check(spillway: Deployment, status: Mapping[str, Any], groups: Mapping[str, float]) -> int:
    """Everything. ``groups``: how long a reservation lasts in each. How many messages went in."""
    app = _app(spillway.folder)
    log = Log(spillway)
    # Reservations go on ending while we read: of what is read later, all that these rows speak of is there.
    log.partitions(ROUTE_ROWS)
    specs = {spec.name: spec for spec in app.stages}
    _check_dead_letters(log, status)
    _check_marks(log)
    _check_intake(app, specs["intake"], log)
    _check_triage(app, specs["triage"], log)
    exact = [group for group, reservation_s in groups.items() if reservation_s >= EXACT_RESERVATION_S]
    _check_route(app, specs["route"], log, exact)
    for group in groups:
        _check_fold(log, group)
    return sum(len(records) for records in log.partitions("messages.raw"))


class Log:
    """All committed records, as an independent client sees them."""

    def __init__(self, spillway: Deployment) -> None:
        self._spillway = spillway
        self.folder = spillway.folder
        self._topics: dict[str, list[list[Record]]] = {}

    def partitions(self, topic: str) -> list[list[Record]]:
        if topic not in self._topics:
            found: dict[int, list[Record]] = defaultdict(list)
            for read in self._spillway.read(topic):
                time_s, headers = read.timestamp()[1] / 1000, tuple(read.headers() or ())
                record = Record(topic, read.partition(), read.offset(), time_s, read.key(), read.value(), headers)
                found[read.partition()].append(record)
            partitions = self._spillway.partitions(topic)
            self._topics[topic] = [found[partition] for partition in range(partitions)]
        return self._topics[topic]

    def all(self, topic: str) -> list[Record]:
        return [record for records in self.partitions(topic) for record in records]

    def business(self, topic: str) -> list[Record]:
        return [record for record in self.all(topic) if not is_mark(record.headers)]

    def rows(self, stage: str, source: str) -> list[dict[bytes, bytes]]:
        answer = []
        for records in self.partitions(f"{stage}.{source}.state"):
            rows: dict[bytes, bytes] = {}
            for record in records:
                assert record.key is not None
                if record.value is None:
                    rows.pop(record.key, None)
                else:
                    rows[record.key] = record.value
            answer.append(oracle.own_rows(rows))
        return answer


def _check_dead_letters(log: Log, status: Mapping[str, Any]) -> None:
    """Only what was broken when it was sent."""
    letters = log.all("dead-letters")
    assert all((letter.value or b"").startswith(b'{"broken"') for letter in letters)
    broken = [record for record in log.all("messages.raw") if (record.value or b"").startswith(b'{"broken"')]
    assert Counter(letter.value for letter in letters) == Counter(record.value for record in broken)
    assert status["dead_letters"] == len(letters)


def _check_marks(log: Log) -> None:
    """A partition's marks never go back, whoever wrote them."""
    for topic in ("routing.inbox", "volume.counts", "capacity.inbox"):
        for records in log.partitions(topic):
            up_to_s: dict[tuple[str, int], float] = defaultdict(float)
            for record in records:
                if is_mark(record.headers):
                    mark = Mark.decode(record.value)
                    assert mark is not None
                    source = (mark.topic, mark.partition)
                    assert mark.up_to_s > up_to_s[source], f"{topic}: the marks of {source} went back, or came twice"
                    up_to_s[source] = mark.up_to_s


def _check_intake(app: App, spec: StageSpec, log: Log) -> None:
    effects = {}
    for number, source in enumerate(HELPDESK):
        for partition, mine in oracle.recompute(spec, source, log.partitions(source), app.table).items():
            effects[number * 1_000 + partition] = mine  # four sources, told apart
            rows = log.rows("intake", source)[partition]
            assert rows == mine.rows, f"intake's rows of {source}/{partition}"
    kinds = (b'{"kind":"rep"', b'{"kind":"event"', b'{"kind":"label"', b'{"kind":"outcome"', b'{"kind":"vendor"')
    seen = {topic: [r for r in log.business(topic) if (r.value or b"").startswith(kinds)] for topic in INBOXES}
    oracle.assert_exactly_these(effects, seen, lambda send: send)


def _check_triage(app: App, spec: StageSpec, log: Log) -> None:
    source = "messages.raw"
    raw = log.partitions(source)
    effects = oracle.recompute(spec, source, raw, app.table)
    seen = {
        "tickets.triaged": log.all("tickets.triaged"),
        "routing.inbox": [r for r in log.business("routing.inbox") if (r.value or b"").startswith(b'{"kind":"ticket"')],
        "learning.inbox": [r for r in log.business("learning.inbox") if (r.value or b"").startswith(b'{"kind":"text"')],
    }
    oracle.assert_exactly_these(effects, seen, _without_stamps)
    expected = [send for mine in effects.values() for send in mine.sends if send.topic == "volume.counts"]
    counted = [(record.key, record.value) for record in log.business("volume.counts")]
    assert _sums([(send.key, send.value) for send in expected]) == _sums(counted)
    configured = load(log.folder / "spillway.toml")
    for partition, rows in enumerate(log.rows("triage", source)):
        mine = effects[partition].rows
        assert rows.get(b"totals") == mine.get(b"totals"), f"triage's totals of partition {partition}"
        for prefix, capacity in (
            (MESSAGES, configured.pipeline.dedup_messages),
            (CONVERSATIONS, configured.surges.conversations),
        ):
            assert _known(rows, prefix, capacity) == _known(mine, prefix, capacity), (
                f"what triage's partition {partition} knows: {prefix!r}"
            )
    arrived_s = {_message_id(record): record.time_s for records in reversed(raw) for record in reversed(records)}
    stamped: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    partition_of = {_message_id(record): record.partition for records in raw for record in records}
    for record in seen["tickets.triaged"]:
        ticket = orjson.loads(record.value or b"")
        where = f"{partition_of[ticket['message_id']]} {record.partition}"
        stamped[where].append((arrived_s[ticket["message_id"]], _seconds(ticket["triaged_at"]), record.time_s))
    for times in stamped.values():
        _assert_stamps(times)


def _check_route(app: App, spec: StageSpec, log: Log, groups: Collection[str]) -> None:
    source = "routing.inbox"
    keys = {group.encode() for group in groups}
    read = [
        [record for record in records if record.key in keys and not is_mark(record.headers)]
        for records in log.partitions(source)
    ]
    effects = oracle.recompute(spec, source, read, app.table)
    seen = [r for r in log.all("tickets.assignments") if orjson.loads(r.value or b"")["group"] in groups]
    oracle.assert_exactly_these(effects, {"tickets.assignments": seen}, _roughly)
    for partition, rows in enumerate(log.rows("route", source)):
        starts = tuple(b"group/%s/" % key for key in keys)
        actual = {key: row for key, row in rows.items() if key.startswith(starts)}
        mine = {key: row for key, row in effects[partition].rows.items() if key.startswith(starts)}
        assert actual.keys() == mine.keys()
        for key, row in mine.items():
            here, there = orjson.loads(actual[key]), orjson.loads(row)
            if key.endswith(b"/router"):  # its own time and tally also follow ticks, every ten seconds
                here, there = here[1:4], there[1:4]
            assert _close(here, there), f"{key!r}: {here} is not {there}"


def _check_fold(log: Log, group: str) -> None:
    decisions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    written_s: dict[str, float] = {}
    ids: Counter[str] = Counter()
    for record in log.all("tickets.assignments"):
        decision = orjson.loads(record.value or b"")
        if decision["group"] != group:
            continue
        ids[decision["assignment_id"]] += 1
        written_s[decision["assignment_id"]] = record.time_s
        mine = decisions[decision["ticket_id"]]
        assert not mine or decision["epoch"] > mine[-1]["epoch"], (
            f"{decision['assignment_id']}: its epoch does not rise"
        )
        mine.append(decision)
        decided_s = _seconds(decision["decided_at"])
        assert decided_s <= record.time_s + CLOSE_S, f"{decision['assignment_id']} was decided in the future"
    assert set(ids.values()) <= {1}
    given_back = {
        (said["ticket_id"], said["epoch"])
        for record in log.all("tickets.events")
        if (said := orjson.loads(record.value or b""))["kind"] in ("declined", "resolved")
    }
    for ticket_id, mine in decisions.items():
        holder: dict[str, Any] | None = None
        for decision in mine:
            if decision["kind"] == "revoked":
                assert holder is not None
                assert holder["rep_id"] == decision["rep_id"], f"{ticket_id} is taken from someone who has it not"
                holder = None
            else:
                free = holder is None or (ticket_id, holder["epoch"]) in given_back
                assert free, f"{ticket_id} is given to {decision['rep_id']} while {holder} has it"
                holder = decision if decision["kind"] != "parked" else None
    rows: dict[str, list[Any]] = {}
    rows_s: dict[str, float] = {}  # of the last record of the partition that holds the row: one was read after another
    prefix = b"group/%s/ticket/" % group.encode()
    for records, found in zip(log.partitions(ROUTE_ROWS), log.rows("route", "routing.inbox"), strict=True):
        for key, value in found.items():
            if key.startswith(prefix):
                ticket_id = key.removeprefix(prefix).decode()
                rows[ticket_id], rows_s[ticket_id] = orjson.loads(value), records[-1].time_s
    triaged = (orjson.loads(record.value or b"") for record in log.all("tickets.triaged"))
    assert rows.keys() == {ticket["conversation_id"] for ticket in triaged if ticket["group"] == group}, (
        "a ticket is lost"
    )
    for ticket_id, row in rows.items():
        state, epoch, rep_id = row[1], row[12], row[13]
        told = [decision for decision in decisions[ticket_id] if decision["epoch"] <= epoch]
        later = decisions[ticket_id][len(told) :]
        assert all(written_s[decision["assignment_id"]] >= rows_s[ticket_id] - 1.0 for decision in later), ticket_id
        last = told[-1] if told else None
        assert epoch == (0 if last is None else last["epoch"]), ticket_id
        if state in ("reserved", "accepted", "waiting_on_customer"):
            assert last is not None
            assert (last["kind"], last["rep_id"]) == ("assigned", rep_id), ticket_id
        elif state == "waiting":
            over = last is None or last["kind"] == "revoked" or (ticket_id, epoch) in given_back
            assert over, f"{ticket_id} waits while {last} holds"


def _without_stamps(send: Send) -> Any:
    value = send.value or b""
    if send.topic == "tickets.triaged":
        value = re.sub(rb'"triaged_at":"[^"]*"', b"", value)
    return replace(send, value=value, headers=tuple(h for h in send.headers if h[0] not in _STAMPS))


def _roughly(send: Send) -> Any:
    """An assignment without its times; its scores, which hang on them, to three digits."""
    said = orjson.loads(_TIME.sub(b'""', send.value or b""))
    scores = said["why"].pop("scores", {})
    said["why"]["scores"] = sorted(scores)
    headers = tuple(header for header in send.headers if header[0] not in _STAMPS)
    return replace(send, value=orjson.dumps(said, option=orjson.OPT_SORT_KEYS), headers=headers)


def _assert_stamps(times: Sequence[tuple[float, float, float]]) -> None:
    """(arrived, stamped, written) of what one source partition led to on one destination, in order."""
    before_s = 0.0
    for arrived_s, stamped_s, written_s in times:
        assert arrived_s - CLOSE_S <= stamped_s <= written_s + CLOSE_S, (arrived_s, stamped_s, written_s)
        assert stamped_s >= before_s, "time went back"
        before_s = stamped_s


def _sums(records: Sequence[tuple[bytes | None, bytes | None]]) -> dict[Any, list[int]]:
    """How many messages, and how many angry ones, a group and slice have in all; follow-ups by themselves."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for key, value in records:
        said = orjson.loads(value or b"")
        sums[key, "follow_ups"][0] += said["follow_ups"]
        for name, (messages, angry) in said["slices"].items():
            sums[key, name][0] += messages
            sums[key, name][1] += angry
    return dict(sums)


def _known(rows: Mapping[bytes, bytes], prefix: bytes, capacity: int) -> set[int]:
    seen = SeenLately(inf, capacity, prefix)  # rows still hold what has been pushed out of them
    seen.restore(rows)
    return set(seen._known)


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one == other or (None not in (one, other) and abs(one - other) <= CLOSE_S)
    return bool(one == other)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _message_id(record: Record) -> str:
    try:
        return str(orjson.loads(record.value or b"")["message_id"])
    except ValueError:
        return ""

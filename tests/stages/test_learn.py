"""What the learn stage publishes, when, and what it keeps; commands are carried out where the Follower waits."""

from collections.abc import Sequence

import orjson
import pytest

from detectors.text.learning import digest
from streams.contracts import Audit, decode
from streams.runtime.stage import Output, Record, Watermark
from streams.stages.learn import EVERY_EXAMPLES, EVERY_S, KEEP_VERSIONS, PUBLISHED_KEY, Learn, whole_versions
from streams.stages.learning import ExampleRecord, LogRecord, PinRecord, RollbackRecord, UnpinRecord, to_examples
from streams.topics import Topic
from tests.stages.standing import Standing

NOON_S = 1_773_144_000.0
EXAMPLE = ExampleRecord("t", "en", {}, "x")


class Bench:
    """The stage over models that stand where a test puts them; ``models`` is what stands on that topic."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.stage = Learn(self.standing)
        self.models: dict[bytes, bytes] = {}
        self.rows: dict[bytes, bytes] = {}
        self.now_s = NOON_S
        self.end = 0

    def log(self, *records: LogRecord) -> int:
        """Records on the log; the offset of the last."""
        sent = [
            Record("learning.examples", 0, self.end + number, self.now_s, None, to_examples(record).value)
            for number, record in enumerate(records)
        ]
        self.end += len(sent)
        self._keep(self.stage.process(sent, Watermark(self.now_s)))
        return self.end - 1

    def tick(self, passed_s: float = 1.0) -> list[Audit]:
        self.now_s += passed_s
        output = self._keep(self.stage.tick(self.now_s, Watermark(self.now_s)))
        return [decode(Audit, send.value, send.headers) for send in output.sends if send.topic == Topic.AUDIT]

    def restart(self) -> None:
        self.stage = Learn(self.standing)
        self.stage.restore(self.rows)

    def versions(self) -> list[int]:
        return [version.head.offset for version in whole_versions(self.models)]

    def publish(self) -> None:
        self.log(EXAMPLE)
        self.standing.offset = self.end
        self.tick(EVERY_S)

    def _keep(self, output: Output) -> Output:
        for store, changes in ((self.rows, output.rows.items()), (self.models, _on_models(output))):
            for key, value in changes:
                if value is None:
                    store.pop(key, None)
                else:
                    store[key] = value
        return output


def _on_models(output: Output) -> Sequence[tuple[bytes, bytes | None]]:
    return [(send.key or b"", send.value) for send in output.sends if send.topic == Topic.MODELS]


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.tick()
    return bench


def test_it_publishes_after_ten_minutes_or_ten_thousand_examples_and_only_what_is_new(bench: Bench) -> None:
    bench.log(EXAMPLE)
    bench.standing.offset = 1
    bench.tick(EVERY_S - 2)
    assert bench.versions() == []
    bench.tick(2)
    assert bench.versions() == [1]
    bench.log(*[EXAMPLE] * EVERY_EXAMPLES)
    bench.tick()  # the Follower has not come further
    assert bench.versions() == [1]
    bench.standing.offset = bench.end
    bench.tick()
    assert bench.versions() == [bench.end, 1]
    bench.tick(10 * EVERY_S)
    assert bench.versions() == [bench.end, 1]


def test_snapshots_are_whole_or_not_taken_and_five_are_kept(bench: Bench) -> None:
    for _ in range(8):
        bench.publish()
    found = whole_versions(bench.models)
    assert [version.head.offset for version in found] == [8, 7, 6, 5, 4]
    assert len(found) == KEEP_VERSIONS
    assert all(digest(version.data) == version.head.sha256 for version in found)
    del bench.models[b"triage/8/1"]
    assert bench.versions() == [7, 6, 5, 4]


def test_models_without_versions_are_not_published_and_a_command_to_them_is_refused(bench: Bench) -> None:
    bench.standing.data = None
    bench.publish()
    offset = bench.log(RollbackRecord("x-1", 0))
    assert bench.tick() == []
    bench.standing.offset = offset + 1
    [answer] = bench.tick()
    assert (answer.command_id, answer.outcome, bench.models) == ("x-1", "refused", {})


@pytest.mark.parametrize("restarts", [False, True])
def test_a_rollback_is_carried_out_once_the_follower_waits_at_it(bench: Bench, restarts: bool) -> None:
    bench.publish()
    offset = bench.log(EXAMPLE, RollbackRecord("x-1", 1))
    bench.standing.offset = offset - 1
    assert bench.tick() == []  # the Follower is still before it
    bench.log(EXAMPLE)
    if restarts:
        bench.restart()
    bench.standing.wait(offset, RollbackRecord("x-1", 1), b"as it was")
    [answer] = bench.tick()
    assert (answer.command_id, answer.command, answer.stage, answer.outcome) == ("x-1", "rollback", "learn", "done")
    [newest, _] = whole_versions(bench.models)
    assert (newest.head.offset, newest.data, newest.head.version, newest.head.pinned) == (
        offset + 1,
        b"as it was",
        1,
        False,
    )
    if restarts:
        bench.restart()
    assert bench.tick() == []


def test_a_version_that_is_not_there_is_refused_and_processes_go_on_as_they_are(bench: Bench) -> None:
    offset = bench.log(RollbackRecord("x-1", 99))
    bench.standing.wait(offset, RollbackRecord("x-1", 99), b"as it is", known=False)
    [answer] = bench.tick()
    assert (answer.outcome, answer.reason) == ("refused", "there is no version 99")
    [version] = whole_versions(bench.models)
    assert (version.head.offset, version.data, version.head.version) == (offset + 1, b"as it is", None)


def test_a_pinned_version_is_kept_until_it_is_no_more(bench: Bench) -> None:
    bench.publish()
    offset = bench.log(PinRecord("x-1", 1))
    bench.standing.wait(offset, PinRecord("x-1", 1), b"pinned")
    assert [answer.outcome for answer in bench.tick()] == ["done"]
    bench.standing.turned = None
    for _ in range(KEEP_VERSIONS + 2):
        bench.publish()
    assert {1, offset + 1} < set(bench.versions())
    bench.log(UnpinRecord("x-2"))
    assert [(answer.command, answer.outcome) for answer in bench.tick()] == [("unpin", "done")]
    bench.publish()
    assert len(bench.versions()) == KEEP_VERSIONS
    assert not {1, offset + 1} & set(bench.versions())


def test_commands_are_carried_out_in_their_order_one_a_tick(bench: Bench) -> None:
    first = bench.log(PinRecord("x-1", 0))
    bench.log(UnpinRecord("x-2"))
    assert bench.tick() == []
    bench.standing.wait(first, PinRecord("x-1", 0), b"pinned")
    assert [answer.command_id for answer in bench.tick()] == ["x-1"]
    assert [answer.command_id for answer in bench.tick()] == ["x-2"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_command_of_long_ago_whose_version_is_gone_or_of_an_older_format_is_turned_to_once_more(
    bench: Bench, lost: bool
) -> None:
    offset = bench.log(EXAMPLE, PinRecord("x-1", 0))
    bench.standing.wait(offset, PinRecord("x-1", 0), b"of an older format" * 100_000)
    assert len(bench.tick()) == 1
    if lost:
        bench.models.clear()
    else:
        bench.log(RollbackRecord("x-2", 0))
    bench.restart()
    bench.standing.wait(offset, PinRecord("x-1", 0), b"pinned")
    assert bench.tick() == [], "it was answered long ago"
    [version] = whole_versions(bench.models)
    head = version.head
    assert (head.offset, version.data, head.version, head.pinned) == (offset + 1, b"pinned", 0, True)
    assert len(bench.models) == 2, "nothing of the older format is left"
    assert not bench.tick(), "the Follower has not seen it yet"
    assert whole_versions(bench.models) == [version]
    later = bench.log(RollbackRecord("x-2", 0)) if lost else bench.end - 1
    bench.standing.wait(later, RollbackRecord("x-2", 0), b"as shipped")
    assert [(answer.command_id, answer.outcome) for answer in bench.tick()] == [("x-2", "done")]
    assert bench.versions() == [later + 1, offset + 1]


def test_a_command_that_it_has_not_read_yet_is_answered_when_it_has(bench: Bench) -> None:
    bench.log(EXAMPLE)
    bench.standing.wait(1, RollbackRecord("x-1", 0), b"as shipped")
    bench.tick()
    assert bench.versions() == []
    bench.log(RollbackRecord("x-1", 0))
    assert [answer.outcome for answer in bench.tick()] == ["done"]
    assert bench.versions() == [2]


def test_it_shows_what_was_measured_of_the_models(bench: Bench) -> None:
    output = bench.stage.tick(NOON_S, Watermark(NOON_S))
    assert output.gauges == {("model_labels", "topic", "all"): 7.0}
    assert not output


def test_rows_of_before_commands_were_told_apart_serve_a_waiting_follower_although_the_log_is_quiet(
    bench: Bench,
) -> None:
    offset = bench.log(EXAMPLE, PinRecord("x-1", 0))
    bench.standing.wait(offset, PinRecord("x-1", 0), b"pinned")
    bench.tick()
    row = orjson.loads(bench.rows[PUBLISHED_KEY])
    del row["next"]
    bench.rows[PUBLISHED_KEY] = orjson.dumps(row)
    bench.models.clear()
    bench.restart()
    bench.standing.wait(offset, PinRecord("x-1", 0), b"pinned")
    bench.tick()
    assert bench.versions() == [offset + 1]

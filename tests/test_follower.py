"""The Follower on a real broker: whoever writes here is an independent client."""

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import confluent_kafka
import msgspec
import orjson
import pytest
from kafka.admin import KafkaAdminClient

from detectors.text import Triage
from detectors.text.learning import Example, digest, dump_models, learn
from detectors.text.quality import Quality
from streams.app import App, build
from streams.config import KafkaSettings, Settings
from streams.follower import Follower
from streams.local import LocalBroker
from streams.logs import JsonFormatter
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from streams.runtime.stage import Record, Watermark
from streams.stages.learn import CHUNK_BYTES, EVERY_S, PUBLISHED_KEY, Learn, head_key
from streams.stages.learning import ExampleRecord, LogRecord, PinRecord, RollbackRecord, UnpinRecord, to_examples
from streams.stages.models import Contents, Snapshot
from streams.topic_admin import TopicAdmin
from streams.topics import SPECS, Topic, TopicTable
from tests.stages.standing import Standing

pytestmark = pytest.mark.timeout(1_200)  # more than all that it may wait for
SECRET = "my card ends in 4242"
LESSONS = [("my zorblax hums again", "product"), ("my zorblax hums, unit 7", "technical"), ("a zorblax", "billing")]


@dataclass
class Log:
    """The topics that a Follower reads."""

    clients: KafkaClients
    table: TopicTable

    def write(self, topic: str, *records: tuple[bytes | None, bytes | None]) -> None:
        producer = confluent_kafka.Producer({"bootstrap.servers": self.clients.bootstrap, "message.max.bytes": 2**20})
        for key, value in records:
            producer.produce(self.table.physical(topic), value, key, 0)
        assert producer.flush(60) == 0

    def teach(self, *lessons: tuple[str, str]) -> None:
        self.write(Topic.LEARNING_EXAMPLES, *((None, example(*lesson)) for lesson in lessons))

    def publish(self, snapshot: Snapshot, changed: Mapping[bytes, bytes | None] = {}) -> None:
        """A snapshot as the stage writes it, but for some rows."""
        stage, now_s = Learn(Standing(snapshot.offset, snapshot.data)), 0.0
        stage.tick(now_s, Watermark(now_s))
        stage.process([Record(Topic.LEARNING_EXAMPLES, 0, 0, now_s, None, example(*LESSONS[0]))], Watermark(now_s))
        rows = {send.key: send.value for send in stage.tick(EVERY_S, Watermark(EVERY_S)).sends}
        assert len(rows) > 2
        assert changed.keys() <= rows.keys()
        self.write(Topic.MODELS, *(rows | changed).items())

    def follower(self, triage: Callable[[], Triage]) -> Follower:
        return Follower(self.clients, self.table, triage)


def example(text: str, topic: str) -> bytes:
    value = to_examples(ExampleRecord(text, "en", {"topic": topic}, "rep-1")).value
    assert value is not None
    return value


def taught(*lessons: tuple[str, str]) -> Triage:
    """Models that learned these, and no more."""
    triage = Triage.default()
    for text, topic in lessons:
        learn(triage, Example(text, "en", {"topic": topic}))
    return triage


def snapshot(offset: int, *lessons: tuple[str, str]) -> Snapshot:
    data = msgspec.msgpack.encode(Contents(dump_models(taught(*lessons)), Quality().dump()))
    return Snapshot(offset, data, digest(data))


async def until(holds: Callable[[], Any], what: str) -> None:
    async with asyncio.timeout(120):
        while not holds():
            await asyncio.sleep(0.02)
    assert holds(), what


@pytest.fixture
def app(broker: LocalBroker) -> Iterator[App]:
    """A whole deployment's topics on the broker."""
    app = build(Settings(kafka=KafkaSettings(bootstrap=broker.bootstrap, prefix=f"follow-{uuid.uuid4().hex[:8]}.")))
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    topics = TopicAdmin(admin, app.table)
    topics.apply(topics.plan())
    yield app
    admin.delete_topics([app.table.physical(spec.name) for spec in app.table])
    admin.close()


@pytest.fixture
def log(broker: LocalBroker) -> Iterator[Log]:
    """The two topics of one test."""
    specs = [spec for spec in SPECS if spec.name in (Topic.MODELS, Topic.LEARNING_EXAMPLES)]
    table = TopicTable(specs, prefix=f"follow-{uuid.uuid4().hex[:8]}.", stages={})
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    topics = TopicAdmin(admin, table)
    topics.apply(topics.plan())
    yield Log(KafkaClients(broker.bootstrap), table)
    admin.delete_topics([table.physical(spec.name) for spec in table])
    admin.close()


async def test_a_process_joins_no_group_before_its_models_have_caught_up(app: App) -> None:
    lessons = [(f"my zorblax hums, unit {number}", "product") for number in range(400)]
    Log(app.clients, app.table).teach(*lessons)
    process = app.worker_process(["learn"])
    starting = asyncio.create_task(process.start())
    await until(lambda: app.follower.models.learned or process.workers[0].assigned_once, "it begins")
    assert not process.workers[0].assigned_once
    await until(lambda: process.workers[0].assigned_once, "it has joined")
    assert (app.follower.models.learned, app.follower.offset) == (400, 400)
    await starting
    await process.stop()


async def test_examples_are_learned_in_the_logs_order_before_it_has_started_and_after(log: Log) -> None:
    triage = Triage.default()
    follower = log.follower(lambda: triage)
    log.teach(*LESSONS[:2])
    await follower.start()
    assert (follower.models.learned, follower.offset) == (2, 2)
    log.teach(LESSONS[2])
    await until(lambda: follower.offset == 3, "it has learned what came later")
    await follower.stop()
    assert dump_models(triage) == dump_models(taught(*LESSONS))
    assert dump_models(triage) != dump_models(taught(*reversed(LESSONS)))  # so order can be told


async def test_the_newest_snapshot_that_is_whole_and_fits_is_taken_and_what_follows_it_is_learned(
    log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    log.teach(*LESSONS)
    log.write(Topic.LEARNING_EXAMPLES, *[(None, b"{")] * 3)
    log.publish(snapshot(1, ("an old one", "other")))
    apart = ("learned by the snapshot alone", "refund")
    log.publish(snapshot(2, apart))
    torn, unfit = snapshot(3, ("torn", "other")), snapshot(4, ("of another sum", "other"))
    log.publish(torn, {b"triage/3/1": None})
    log.publish(unfit, {head_key(4): b'{"offset":4,"chunks":%d,"sha256":"no"}' % (-(-len(unfit.data) // CHUNK_BYTES))})
    foreign = b"models of another program" * 40_000
    log.publish(Snapshot(5, foreign, digest(foreign)))
    log.publish(snapshot(9, ("from another log", "other")))
    log.write(Topic.MODELS, (head_key(6), b"no head"), (head_key(7), b'{"offset":7}'), (b"something else", b"{}"))

    triage = Triage.default()
    follower = log.follower(lambda: triage)
    await follower.start()
    await follower.stop()
    assert (follower.offset, dump_models(triage)) == (6, dump_models(taught(apart, LESSONS[2])))
    assert follower.models.learned == 1
    said = [record.__dict__ for record in caplog.records if record.name == "streams.follower"]
    refused = [(record["offset"], record["cause"]) for record in said]
    assert refused == [(9, "beyond"), (5, "foreign"), (4, "sha256")]


async def test_a_broken_example_does_not_end_it(log: Log) -> None:
    triage = Triage.default()
    follower = log.follower(lambda: triage)
    log.write(Topic.LEARNING_EXAMPLES, (None, b"{"), (None, None), (None, example(*LESSONS[0])))
    await follower.start()
    assert (follower.models.learned, follower.offset) == (1, 3)
    log.write(Topic.LEARNING_EXAMPLES, (None, b"\xff"), (None, example(*LESSONS[1])))
    await until(lambda: follower.models.learned == 2, "it goes on behind the broken one")
    await follower.stop()
    assert follower.trouble is None


class Failing:
    """Models that cannot be had any more from some call on. The error quotes a customer, as errors may."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self._triage = Triage.default()

    def __call__(self) -> Triage:
        self.calls -= 1
        if self.calls < 0:
            raise RuntimeError(SECRET)
        return self._triage


async def test_an_error_of_its_own_is_logged_without_a_word_of_customers_and_the_process_is_not_ready(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    models = Failing(1_000_000)
    follower = Follower(app.clients, app.table, models)
    process = WorkerProcess([], table=app.table, clients=app.clients, companions=[follower])
    await process.start()
    assert process.health().ready
    models.calls = 0
    await until(lambda: not process.health().ready, "the process says that it is not ready")
    [reason] = process.health().reasons
    assert reason.startswith("models: learn no more, RuntimeError at models.py:")
    [said] = [record for record in caplog.records if record.name == "streams.follower"]
    line = JsonFormatter().format(said)
    assert (said.levelname, said.__dict__["cause"]) == ("ERROR", "RuntimeError")
    assert "models.py:" in line
    assert SECRET not in line + reason
    await process.stop()


async def test_neither_a_start_that_fails_nor_a_stop_right_after_one_leaves_a_client_behind(log: Log) -> None:
    log.teach(*LESSONS)
    tasks = asyncio.all_tasks()
    with pytest.raises(RuntimeError):
        await log.follower(Failing(1)).start()
    assert asyncio.all_tasks() <= tasks
    follower = log.follower(Triage.default)
    await follower.start()
    await follower.stop()
    assert asyncio.all_tasks() <= tasks


@dataclass
class Publishing:
    """A learn stage over a Follower, and nothing of a worker: it writes when it is told to."""

    log: Log
    follower: Follower

    def __post_init__(self) -> None:
        self.stage = Learn(self.follower)
        self.now_s, self.offsets, self.written = 0.0, 0, 0

    def read(self, *records: LogRecord) -> None:
        """What the log was given, for the stage."""
        sent = [
            Record(Topic.LEARNING_EXAMPLES, 0, self.offsets + number, self.now_s, None, to_examples(record).value)
            for number, record in enumerate(records)
        ]
        self.offsets += len(sent)
        self.stage.process(sent, Watermark(self.now_s))

    def tick(self, passed_s: float = 1.0) -> int:
        """How many records of models were written."""
        self.now_s += passed_s
        sends = self.stage.tick(self.now_s, Watermark(self.now_s)).sends
        on_models = [(send.key, send.value) for send in sends if send.topic == Topic.MODELS]
        self.log.write(Topic.MODELS, *on_models)
        self.written += len(on_models)
        return len(on_models)


def lesson(text: str, topic: str) -> ExampleRecord:
    return ExampleRecord(text, "en", {"topic": topic}, "rep-1")


async def test_all_processes_turn_back_at_the_same_place_and_learn_on_or_stand_still_until_unpinned(log: Log) -> None:
    first, second, third = (lesson(*each) for each in LESSONS)
    records: list[LogRecord] = [first, second, RollbackRecord("x-1", 1), third, PinRecord("x-2", 0), first]
    records += [UnpinRecord("x-3"), second]
    triages = [Triage.default() for _ in range(3)]
    leader, other = (log.follower(lambda triage=triage: triage) for triage in triages[:2])  # type: ignore[misc]
    learn_stage = Publishing(log, leader)
    await leader.start()
    learn_stage.tick()
    log.write(Topic.LEARNING_EXAMPLES, (None, to_examples(records[0]).value))
    await until(lambda: leader.offset == 1, "the leader has learned")
    learn_stage.read(records[0])
    await until(lambda: learn_stage.tick(EVERY_S) + learn_stage.written, "version 1 is there")

    log.write(Topic.LEARNING_EXAMPLES, *((None, to_examples(record).value) for record in records[1:]))
    learn_stage.read(*records[1:])
    await other.start()  # it comes to the rollback, and is ready though nobody publishes yet
    await until(lambda: leader.turned and other.turned, "both wait at the rollback")
    assert leader.offset == other.offset == 2
    assert dump_models(triages[1]) == dump_models(taught(*LESSONS[:2])), "meanwhile it judges by the models before it"
    assert learn_stage.tick()
    await until(lambda: leader.turned and leader.offset == 4, "both have turned, and come to the pin")
    assert dump_models(triages[0]) == dump_models(taught(LESSONS[0], LESSONS[2]))
    assert learn_stage.tick()
    expected = dump_models(taught(LESSONS[1]))
    await until(lambda: leader.offset == other.offset == 8, "both are at the end")
    # A process that starts later begins with the newest snapshot, which is pinned, and comes to the same.
    late = log.follower(lambda: triages[2])
    await late.start()
    for follower in (leader, other, late):
        await follower.stop()
    assert [dump_models(triage) for triage in triages] == [expected] * 3
    assert leader.models.pinned is None
    assert triages[2].model_versions["topic"].endswith("@8")


OLDER = b"of an older format" * 40_000


@pytest.mark.parametrize("data", [None, OLDER, msgspec.msgpack.encode(Contents(OLDER, Quality().dump()))])
async def test_commands_of_long_ago_are_turned_to_once_more_when_no_snapshot_is_of_use_any_more(
    log: Log, data: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    records: list[LogRecord] = [*(lesson(*each) for each in LESSONS[:2]), RollbackRecord("x-1", 0)]
    records += [PinRecord("x-2", 1), lesson(*LESSONS[2]), UnpinRecord("x-3"), lesson(*LESSONS[2])]
    log.write(Topic.LEARNING_EXAMPLES, *((None, to_examples(record).value) for record in records))
    for offset in () if data is None else (1, 3, 4, 7):
        log.publish(Snapshot(offset, data, digest(data)))
    triages = [Triage.default() for _ in range(2)]
    follower, late = (log.follower(lambda triage=triage: triage) for triage in triages)  # type: ignore[misc]
    learn_stage = Publishing(log, follower)
    rows = {"versions": [(3, 2), (4, 2)], "at_s": 0.0, "examples": 0, "next": len(records)}  # all was carried out
    learn_stage.stage.restore({PUBLISHED_KEY: orjson.dumps(rows)})

    def at_the_end() -> bool:
        learn_stage.tick()
        return follower.offset == len(records)

    await follower.start()
    await until(at_the_end, "it has turned twice, and read on")
    await late.start()
    for each in (follower, late):
        assert (each.trouble, each.offset) == (None, len(records))
        await each.stop()
    # The rollback goes to the models as shipped; of version 1 nothing is left, so the pin changes nothing, and says so.
    said = [record.__dict__ for record in caplog.records if record.message == "version not there"]
    assert [(record["offset"], record["detail"]) for record in said] == [(3, "version 1")]
    expected = taught(LESSONS[2], LESSONS[2])
    assert [dump_models(triage) for triage in triages] == [dump_models(expected)] * 2

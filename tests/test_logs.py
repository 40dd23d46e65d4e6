import asyncio
import io
import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence

import orjson
import pytest
from confluent_kafka import Producer
from kafka.admin import KafkaAdminClient

from streams import logs
from streams.local import LocalBroker
from streams.runtime.kafka import KafkaClients
from streams.runtime.process import WorkerProcess
from streams.runtime.stage import Output, Record, StageSpec, Watermark
from streams.topic_admin import TopicAdmin
from streams.topics import TopicSpec, TopicTable

SECRET = "my card ends in 4242"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged as JSON lines while the test runs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    changed = ("aiokafka", "kafka", "faust", "mode", "numba", "streams.runtime.transport")
    levels = {name: logging.getLogger(name).level for name in changed}
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in written.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_known_fields(written: io.StringIO) -> None:
    extra = {"partition": "triage/messages.raw/0", "offset": 7, "body": SECRET}
    logging.getLogger("streams.runtime").warning("partition closed\nagain", extra=extra)
    [line] = lines(written)
    assert str(line.pop("ts")).endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "streams.runtime",
        "message": "partition closed\nagain",
        "partition": "triage/messages.raw/0",
        "offset": 7,
    }


def test_an_exception_shows_its_kind_and_place_but_never_its_words(written: io.StringIO) -> None:
    log = logging.getLogger("streams.x")
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        log.exception("failed: %s", error)
        log.error("failed: %(why)r", {"why": error})
        log.error(error)
    first, second, third = lines(written)
    assert (first["message"], first["cause"]) == ("failed: ValueError", "ValueError")
    assert str(first["at"]).startswith("test_logs.py:")
    assert second["message"] == "failed: ValueError"
    assert third["message"] == "ValueError"
    assert SECRET not in written.getvalue()


def test_an_error_from_within_a_library_is_placed_where_our_own_code_called_it(written: io.StringIO) -> None:
    with pytest.raises(ValueError, match="Unknown level") as failed:
        logs.configure(written, level="unheard of")  # type: ignore[arg-type]
    assert logs.place(failed.value).startswith("logs.py:")


def test_an_error_in_a_forgotten_task_does_not_show_its_words(written: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    async def forget() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(logs.loop_exception)
    loop.run_until_complete(forget())
    loop.close()
    [line] = lines(written)
    assert line["cause"] == "ValueError"
    assert SECRET not in written.getvalue()


def test_a_library_says_the_same_thing_once_and_we_always(written: io.StringIO) -> None:
    for number in range(3):
        logging.getLogger("aiokafka.client").error("Unable connect to node %s", number)
        logging.getLogger("streams.runtime").warning("partition closed")
    assert [line["logger"] for line in lines(written)] == ["aiokafka.client"] + ["streams.runtime"] * 3


def test_retries_that_libraries_do_by_themselves_are_not_told(written: io.StringIO) -> None:
    from aiokafka.errors import NotEnoughReplicasError

    sender = logging.getLogger("aiokafka.producer.sender")
    sender.warning("Got error produce response on topic-partition %s, retrying. Error: %s", 0, NotEnoughReplicasError)
    logging.getLogger("aiokafka.consumer").info("joined")
    logging.getLogger("mode").info("started")
    assert lines(written) == []


def test_a_message_whose_arguments_do_not_fit_is_told_as_it_is() -> None:
    record = logging.LogRecord("faust", logging.ERROR, "", 0, "lost %d of %s", ("x", 2), None)
    assert orjson.loads(logs.JsonFormatter().format(record))["message"] == "lost %d of %s"


class Poisoned:
    """A stage that raises with the customer's words in its exception."""

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        pass

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        raise ValueError(f"cannot read {records[0].value!r}")

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        return Output()


async def test_a_poison_message_stops_its_partition_and_its_text_is_never_logged(
    broker: LocalBroker, written: io.StringIO
) -> None:
    table = TopicTable(
        [TopicSpec("in", 1), TopicSpec("dead-letters", 1)],
        prefix=f"logs-{uuid.uuid4().hex[:8]}.",
        stages={"poisoned": ["in"]},
    )
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    topics = TopicAdmin(admin, table)
    topics.apply(topics.plan())
    admin.close()
    spec = StageSpec("poisoned", {"in": lambda partition, partitions: Poisoned()})
    process = WorkerProcess([spec], table=table, clients=KafkaClients(broker.bootstrap))
    await process.start()
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(table.physical("in"), SECRET.encode())
    assert producer.flush(60) == 0
    async with asyncio.timeout(60):
        while not any("StageFailed" in reason for reason in process.health().reasons):
            await asyncio.sleep(0.05)
    await process.stop()
    stopped = [line for line in lines(written) if line["message"] == "partition stopped"]
    assert [line["cause"] for line in stopped] == ["StageFailed"]
    assert SECRET not in written.getvalue()

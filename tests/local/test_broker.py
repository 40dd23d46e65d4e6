import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from streams.local import LocalBroker, LocalBrokerError
from streams.local import broker as broker_module
from streams.local.classpath import kafka_jars
from streams.local.ports import ephemeral_ports, free_ports
from streams.local.probe import ask_cluster

from .processes import Watch, parent_of


@pytest.fixture(scope="module", autouse=True)
def jars_are_here() -> None:
    """The download is not part of a start."""
    kafka_jars()


@pytest.fixture(scope="module")
def own() -> Iterator[LocalBroker]:
    """A broker of this module's own, to stop and kill."""
    with LocalBroker() as running:
        yield running


@pytest.fixture(autouse=True)
def temporary_folders_here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("tmp")))


def a_topic(broker: LocalBroker, **config: str) -> str:
    """A new topic with one partition."""
    name = f"local-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(name, 1, 1, config=config)])[name].result(60)
    return name


def produce(broker: LocalBroker, topic: str, *values: bytes) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap, "message.max.bytes": 6_000_000})
    failed: list[object] = []
    for value in values:
        producer.produce(topic, value, on_delivery=lambda error, _: failed.append(error) if error else None)
    assert producer.flush(60) == 0
    assert failed == []


def consume(broker: LocalBroker, topic: str, count: int) -> list[bytes | None]:
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "unused", "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    messages: list[Message] = consumer.consume(count, timeout=60)
    consumer.close()
    return [message.value() for message in messages]


def test_a_new_broker_serves_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with LocalBroker() as broker:
        topic = a_topic(broker)
        produce(broker, topic, b"a", b"b")
        assert consume(broker, topic, 2) == [b"a", b"b"]
        java = Watch(broker.pid)
        assert len(list(tmp_path.iterdir())) == 1
    assert java.ends_within(0)
    assert list(tmp_path.iterdir()) == []


def test_its_port_lies_outside_the_ephemeral_range_and_only_loopback_reaches_it(own: LocalBroker) -> None:
    port = int(own.bootstrap.split(":")[1])
    assert own.bootstrap == f"127.0.0.1:{port}"
    assert port not in ephemeral_ports()
    # A listener on every interface would answer on this address too.
    with pytest.raises(ConnectionRefusedError):
        ask_cluster("127.0.0.2", port)


def test_a_restart_keeps_the_address_and_the_data(own: LocalBroker) -> None:
    topic, address, pid = a_topic(own), own.bootstrap, own.pid
    produce(own, topic, b"before")
    own.restart()
    assert own.bootstrap == address
    assert own.pid != pid
    produce(own, topic, b"after")
    assert consume(own, topic, 2) == [b"before", b"after"]


def test_a_broker_that_crashed_starts_again_where_it_was(own: LocalBroker) -> None:
    topic, address = a_topic(own), own.bootstrap
    produce(own, topic, b"before")
    os.kill(own.pid, signal.SIGKILL)
    assert own.wait() != 0
    assert not own.running
    own.start()
    assert own.bootstrap == address
    assert consume(own, topic, 1) == [b"before"]


def test_starting_twice_is_starting_once(own: LocalBroker) -> None:
    pid = own.pid
    own.start()
    assert own.pid == pid


def test_a_killed_broker_says_when_somebody_took_its_port(own: LocalBroker) -> None:
    own.kill()
    with pytest.raises(RuntimeError, match="not running"):
        _ = own.pid
    with (
        socket.create_server(("127.0.0.1", int(own.bootstrap.split(":")[1]))),
        pytest.raises(LocalBrokerError, match="Another process listens on this broker's ports"),
    ):
        own.start()
    assert not own.running
    own.start()
    assert own.running


def test_a_port_lost_between_choice_and_start_is_replaced(own: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    # The taken port belongs to another Kafka, which answers the new one's probe.
    taken, (free, other) = int(own.bootstrap.split(":")[1]), free_ports()
    choices = iter([(taken, free), (free, other)])
    monkeypatch.setattr(broker_module, "free_ports", lambda: next(choices))
    with LocalBroker() as second:
        assert second.bootstrap == f"127.0.0.1:{free}"
        assert second.pid != own.pid


def test_a_data_folder_outlives_the_broker_and_serves_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with LocalBroker(folder) as first:
        topic = a_topic(first)
        produce(first, topic, b"kept")
    with LocalBroker(folder) as second:
        assert consume(second, topic, 1) == [b"kept"]


def test_two_brokers_started_at_once_both_serve_and_survive_the_threads_that_started_them() -> None:
    brokers = [LocalBroker(), LocalBroker()]
    threads = [threading.Thread(target=broker.start) for broker in brokers]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, broker in enumerate(brokers):
            topic = a_topic(broker)
            produce(broker, topic, b"%d" % number)
            assert consume(broker, topic, 1) == [b"%d" % number]
        assert brokers[0].bootstrap != brokers[1].bootstrap
    finally:
        for broker in brokers:
            broker.close()


def test_kafkas_last_words_are_shown_when_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(LocalBrokerError, match=r"(?s)ended while it started\. Its last words:.*num\.io\.threads"):
        LocalBroker(settings={"num.io.threads": "many"}).__enter__()
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_answers(host: str, port: int) -> None:
        raise ConnectionRefusedError

    # Or a test that is held up might still find it ready.
    monkeypatch.setattr(broker_module, "ask_cluster", nobody_answers)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(LocalBrokerError, match=r"was not ready within 0\.2 s"):
        LocalBroker(start_timeout_s=0.2).__enter__()
    assert list(tmp_path.iterdir()) == []


def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import signal; from streams.local import LocalBroker; broker = LocalBroker(); broker.start()\n"
        "print(broker.pid, flush=True); signal.pause()"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        java, supervisor = Watch(pid), Watch(parent_of(pid))
        assert not java.ends_within(0)
        parent.kill()
        assert java.ends_within(60)
        assert supervisor.ends_within(60)
    assert list(tmp_path.iterdir()) == []


def test_kafkas_console_consumer_reads_only_what_was_committed(broker: LocalBroker) -> None:
    topic = a_topic(broker)
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": topic})
    producer.init_transactions(60)
    for value, end in [(b"aborted", producer.abort_transaction), (b"committed", producer.commit_transaction)]:
        producer.begin_transaction()
        producer.produce(topic, value)
        producer.flush(60)
        end(60)
    command = broker.tool(
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        *("--bootstrap-server", broker.bootstrap, "--topic", topic, "--from-beginning"),
        *("--isolation-level", "read_committed", "--max-messages", "1", "--timeout-ms", "60000"),
    )
    answer = subprocess.run(command, capture_output=True, text=True, timeout=150, check=True)
    assert answer.stdout == "committed\n"


def test_a_group_may_ask_for_a_session_of_one_second(broker: LocalBroker) -> None:
    topic = a_topic(broker)
    produce(broker, topic, b"a")
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": topic,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 1_000,
            "heartbeat.interval.ms": 300,
        }
    )
    consumer.subscribe([topic])
    (message,) = consumer.consume(1, timeout=60)
    assert message.error() is None
    assert message.value() == b"a"
    consumer.close()


def test_a_record_of_five_megabytes_passes(broker: LocalBroker) -> None:
    topic = a_topic(broker, **{"max.message.bytes": "5500000"})
    produce(broker, topic, b"x" * 5_000_000)
    assert [len(value or b"") for value in consume(broker, topic, 1)] == [5_000_000]


def test_a_broker_that_never_started_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="before its first start"):
        _ = LocalBroker().bootstrap


def test_timeouts_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        LocalBroker(session_timeout_min_s=0)

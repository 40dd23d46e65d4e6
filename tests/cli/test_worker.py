import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from streams.cli.errors import ExitCode
from streams.cli.status import read_status
from streams.local.ports import free_ports
from streams.runtime.fence import FENCE_KEY, Fence
from streams.topics import Topic, state_topic

from .conftest import Deployment

SPILLWAY = (sys.executable, "-c", "from streams.cli.main import main; main()")
pytestmark = pytest.mark.timeout(1_800)  # more than all that it may wait for
SECRET = "my card ends in 4242"
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(deployed: Deployment, tmp_path: Path) -> Iterator[Start]:
    """Starts commands of the deployment; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, command: tuple[str, ...] = SPILLWAY, bootstrap: str = "") -> subprocess.Popen[str]:
        environment = os.environ | {
            "SPILLWAY_KAFKA__BOOTSTRAP": bootstrap or deployed.clients.bootstrap,
            "SPILLWAY_KAFKA__PREFIX": deployed.table.prefix,
        }
        process = subprocess.Popen(
            [*command, *arguments], stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body; status 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str], within_s: float = 160.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def finished(start: Start, *arguments: str) -> tuple[int, str]:
    """A command's exit code, and what it complained of; again while no broker answers, for ours may be busy."""
    deadline_s = time.monotonic() + 60.0
    while True:
        command = start(*arguments)
        _, said = command.communicate(timeout=90)
        if command.returncode != ExitCode.UNREACHABLE or time.monotonic() > deadline_s:
            return command.returncode, said


def test_a_worker_that_waits_for_its_broker_is_not_ready_and_says_why(start: Start) -> None:
    [port, _] = free_ports()
    answers: list[tuple[int, str]] = []

    def refuses() -> bool:
        answers.append(get(port, "/ready"))
        return answers[-1][0] == 503

    with socket.create_server(("127.0.0.1", 0)) as silent:
        worker = start("worker", "--port", str(port), bootstrap=f"127.0.0.1:{silent.getsockname()[1]}")
        wait_until(refuses, worker)
        assert json.loads(answers[-1][1])["reasons"]
        worker.terminate()
        worker.communicate(timeout=90)


def test_a_worker_gets_ready_works_and_stops_in_order_without_a_word_of_customers(
    deployed: Deployment, start: Start
) -> None:
    [port, _] = free_ports()
    worker = start("worker", "--port", str(port))
    wait_until(lambda: get(port, "/ready")[0] == 200, worker)
    assert get(port, "/live") == (200, '{"live":true}')
    producer = Producer({"bootstrap.servers": deployed.clients.bootstrap})
    message = {"message_id": "m-1", "conversation_id": "c-1", "tenant": "default", "channel": "chat", "body": SECRET}
    for value in (message | {"sent_at": "2026-03-10T12:00:00Z"}, message | {"sent_at": SECRET}, SECRET):
        producer.produce(deployed.table.physical(Topic.MESSAGES_RAW), json.dumps(value), key="c-1")
    assert producer.flush(60) == 0

    def done() -> bool:
        # The stages after triage may still have its outputs before them, and one look at all of them is not one moment.
        found = read_status(deployed.clients, deployed.table, deployed.sources)
        there = (found.totals.get("triage", {}).get("received"), found.tickets["waiting"], sum(found.lag.values()))
        return there == (3, 1, 0)

    wait_until(done, worker)
    found = read_status(deployed.clients, deployed.table, deployed.sources)
    assert (found.totals["triage"]["triaged"], found.dead_letters) == (1, 2)
    status, metrics = get(port, "/metrics")
    assert status == 200
    assert "spillway_ready 1.0" in metrics
    assert SECRET not in metrics
    worker.send_signal(signal.SIGTERM)
    _, logged = worker.communicate(timeout=90)
    assert worker.returncode == ExitCode.OK
    assert SECRET not in logged
    ours = [line for line in map(json.loads, logged.splitlines()) if line["logger"].startswith("streams.")]
    assert [line for line in ours if line["level"] != "info"] == []
    assert ours[-1]["message"] == "worker ends"


def test_a_partition_that_stopped_because_its_topic_was_made_anew_goes_on_after_a_reset(
    deployed: Deployment, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPILLWAY_PIPELINE__OUTSIDE_LOG_S", "1")
    rows = state_topic("intake", Topic.REPS_STATUS)
    deployed.write_rows("intake-reps.status", rows, {FENCE_KEY: Fence(5).encode()})
    [port, _] = free_ports()
    worker = start("worker", "--stages", "intake", "--port", str(port))
    wait_until(lambda: "reps.status/0: stopped, SourceDoesNotMatchState" in get(port, "/ready")[1], worker)
    worker.terminate()
    worker.communicate(timeout=90)
    at_the_start = ("--topic", Topic.REPS_STATUS, "--to", "start", "--partition", "0")
    assert finished(start, "state", "reset", "intake", *at_the_start, "--yes") == (ExitCode.OK, "")
    worker = start("worker", "--stages", "intake", "--port", str(port))
    wait_until(lambda: get(port, "/ready")[0] == 200, worker)


def test_a_stage_that_refuses_rows_of_an_older_format_goes_on_when_they_are_forgotten(
    deployed: Deployment, start: Start
) -> None:
    older = {b"group/default/bank/state": b"", b"group/default/bank/series/all": b"of an older format"}
    deployed.write_rows("surge-volume.counts", state_topic("surge", Topic.VOLUME_COUNTS), older)
    [port, _] = free_ports()
    for forget in ([], ["--forget-rows"]):
        worker = start("worker", "--stages", "surge", "--port", str(port))
        wait_until(lambda: "volume.counts/0: stopped" in get(port, "/ready")[1], worker)
        worker.terminate()
        worker.communicate(timeout=90)
        assert finished(start, "state", "reset", "surge", "--to", "end", "--yes", *forget) == (ExitCode.OK, "")
    worker = start("worker", "--stages", "surge", "--port", str(port))
    wait_until(lambda: get(port, "/ready")[0] == 200, worker)


def test_a_worker_that_has_not_started_yet_stops_at_once(start: Start) -> None:
    [port, _] = free_ports()
    worker = start("worker", "--port", str(port))
    wait_until(lambda: get(port, "/live")[0] == 200, worker)
    worker.send_signal(signal.SIGINT)
    worker.communicate(timeout=90)
    assert worker.returncode == ExitCode.OK


def test_a_worker_whose_app_crashes_ends_with_1_and_does_not_say_the_errors_words(
    deployed: Deployment, start: Start
) -> None:
    script = (sys.executable, str(Path(__file__).with_name("crashing.py")))
    worker = start(deployed.clients.bootstrap, deployed.table.prefix, command=script)
    _, logged = worker.communicate(timeout=150)
    assert worker.returncode == ExitCode.FAILED
    assert json.loads(logged.splitlines()[-1])["cause"] == "a stage failed"
    assert SECRET not in logged


def test_a_worker_that_cannot_start_says_why_in_its_last_line(
    deployed: Deployment, start: Start, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        on_a_taken_port = start("worker", "--stages", "intake", "--port", port)
        _, logged = on_a_taken_port.communicate(timeout=90)
    assert on_a_taken_port.returncode == ExitCode.FAILED
    assert f"cannot listen on 127.0.0.1:{port}" in logged.splitlines()[-1]
    without_a_broker = start("worker", "--stages", "intake", "--port", "0", bootstrap="127.0.0.1:1")
    _, logged = without_a_broker.communicate(timeout=90)
    assert without_a_broker.returncode == ExitCode.UNREACHABLE
    assert "no broker answers at 127.0.0.1:1" in logged.splitlines()[-1]
    with monkeypatch.context() as changed:
        changed.setenv("SPILLWAY_KAFKA__SECURITY_PROTOCOL", "SSL")
        changed.setenv("SPILLWAY_KAFKA__CA_FILE", "nowhere.pem")
        without_certificates = start("worker", "--stages", "intake", "--port", "0")
    _, said = without_certificates.communicate(timeout=90)
    assert without_certificates.returncode == ExitCode.USAGE
    assert said == "spillway: SPILLWAY_KAFKA__CA_FILE: kafka.ca_file: cannot be read: No such file or directory\n"
    admin.delete_topics([deployed.table.physical(Topic.REPS_STATUS)])
    without_a_topic = start("worker", "--stages", "intake", "--port", "0")
    _, logged = without_a_topic.communicate(timeout=90)
    assert without_a_topic.returncode == ExitCode.NOT_AS_PLANNED
    assert f"missing topics: {deployed.table.physical(Topic.REPS_STATUS)}" in logged.splitlines()[-1]

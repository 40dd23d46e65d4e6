"""Fixtures that every test may use, and the fault suite's seed, which all processes of a run share."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from kafka.admin import KafkaAdminClient

from streams.local import LocalBroker
from streams.local.promtool import ToolMissingError, find_tool

SEED = "FAULTS_SEED"
ROUNDS = "FAULTS_ROUNDS"

# Two cores are shared with a broker: an example's time says nothing, only the whole run has a limit.
settings.register_profile("spillway", deadline=None)
# For mutants: the same examples in each run, and an error as it is found, not the smallest of its kind.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("spillway")


def pytest_configure() -> None:
    # In the environment, from which the processes of `make test` have it too: all must collect tests of one name.
    os.environ[SEED] = os.environ.get(SEED) or str(random.SystemRandom().randrange(10**6))
    # A shell makes what it starts in the background deaf to Ctrl-C, and so the commands that are tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    if any("tests/faults" in report.nodeid and "seed-" in report.nodeid for report in reports):
        rounds = f" {ROUNDS}={os.environ[ROUNDS]}" if ROUNDS in os.environ else ""
        terminalreporter.write_line(f"fault suite: {SEED}={os.environ[SEED]}{rounds} repeats this run")


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalBroker]:
    """A real Kafka, started once a session and shared: use topics and groups with names of your own.

    Tests never use a broker that somebody configured, and a test that stops or freezes one starts its own.
    """
    with LocalBroker() as running:
        yield running


@pytest.fixture
def admin(broker: LocalBroker) -> Iterator[KafkaAdminClient]:
    """The shared broker's admin."""
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    yield client
    client.close()


def missing(why: str) -> None:
    """A program that cannot be had is a failure in CI; elsewhere the test says how to get it, and is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def kafka_files(tmp_path: Path) -> dict[str, str]:
    """The two files of [kafka], which are there, for the environment."""
    password = tmp_path / "hunter2"
    password.write_text("hunter2\n", encoding="utf-8")
    certificates = Path(__file__).with_name("ca.pem")
    return {"SPILLWAY_KAFKA__CA_FILE": str(certificates), "SPILLWAY_KAFKA__SASL_PASSWORD_FILE": str(password)}


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of promtool, prometheus or amtool."""

    def find(name: str) -> str:
        try:
            return str(find_tool(name))
        except ToolMissingError as error:
            missing(str(error))
            raise

    return find

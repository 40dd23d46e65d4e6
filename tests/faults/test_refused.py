"""The broker refuses what a stage writes: the partition says why, loses nothing, and goes on when the cause is gone."""

import random
from collections.abc import Callable

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from streams.local import LocalBroker
from tests.faults.counting import COUNTS, FIRST, SECOND
from tests.faults.crew import Crew, Hand
from tests.flow.deployment import eventually
from tests.refusals import forbid_writing


@pytest.fixture
def admin(broker: LocalBroker) -> AdminClient:
    return AdminClient({"bootstrap.servers": broker.bootstrap})


def _too_large(admin: AdminClient, topic: str) -> Callable[[], None]:
    """The topic takes no record any more; answers what takes that back."""

    def limit(value: str) -> None:
        entry = ConfigEntry("max.message.bytes", value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        for answer in admin.incremental_alter_configs([resource]).values():
            answer.result(20)

    # A copy with its headers takes 150 bytes as a batch of its own; a transaction's markers, 78, must still fit, or the
    # broker itself could not abort what it refused.
    limit("120")
    return lambda: limit("4000000")


@pytest.mark.parametrize(
    ("refuse", "cause"),
    [
        pytest.param(_too_large, "MessageSizeTooLargeError", id="too large for its topic"),
        pytest.param(forbid_writing, "TopicAuthorizationFailedError", id="the right to write taken away"),
    ],
)
def test_a_refused_partition_says_why_and_goes_on_when_the_cause_is_gone(
    crew: Crew, admin: AdminClient, seed: int, refuse: Callable[[AdminClient, str], Callable[[], None]], cause: str
) -> None:
    workers = crew.good(2)

    def closed(worker: Hand, stage: str) -> float:
        return worker.metric("spillway_partition_closed_total", stage=stage, cause=cause)

    with crew.traffic(400):
        crew.until_progress()
        before = [closed(worker, FIRST) for worker in workers]
        allow = refuse(admin, crew.prefix + COUNTS)
        try:
            for worker, times in zip(workers, before, strict=True):
                eventually(
                    lambda worker=worker, times=times: closed(worker, FIRST) >= times + 2,
                    30,
                    "the metric tells why, again and again",
                )
                assert worker.said(message="partition closed", cause=cause), "the log tells why"
                assert closed(worker, SECOND) == 0
        finally:
            allow()
        crew.until_progress()
    assert crew.check() > 1_000


def test_refusals_at_any_moment_of_a_transaction_lose_nothing(
    crew: Crew, admin: AdminClient, dice: random.Random, long: bool
) -> None:
    """Above all in the moment in which the broker has not yet written all markers of the transaction before."""
    workers = crew.good(2)
    with crew.traffic(400):
        for _ in range(30 if long else 6):
            before = [worker.metric("spillway_partition_closed_total", stage=FIRST) for worker in workers]
            allow = forbid_writing(admin, crew.prefix + COUNTS)
            try:
                for worker, times in zip(workers, before, strict=True):
                    eventually(
                        lambda worker=worker, times=times: (
                            worker.metric("spillway_partition_closed_total", stage=FIRST) > times
                        ),
                        30,
                        "a partition is closed",
                    )
            finally:
                allow()
            crew.until_progress(dice.randint(5, 40))
    crew.check()

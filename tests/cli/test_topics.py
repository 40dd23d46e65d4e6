from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from streams.cli import topics
from streams.cli.errors import CommandError, ExitCode
from streams.topics import SPECS, Topic, TopicTable

from .conftest import STAGES, Deployment, configure

Json = Callable[[], Any]


def with_partitions(table: TopicTable, topic: str, partitions: int) -> TopicTable:
    """The same deployment, but one topic is planned with another number of partitions."""
    specs = [replace(spec, partitions=partitions) if spec.name == topic else spec for spec in SPECS]
    return TopicTable(specs, prefix=table.prefix, stages=STAGES)


def test_apply_makes_every_topic_once(bare: Deployment, admin: Any, printed_json: Json) -> None:
    topics.plan(bare.clients, bare.table, 1, as_json=True)
    planned = printed_json()
    assert {change["topic"] for change in planned} == {bare.table.physical(spec.name) for spec in bare.table}
    topics.apply(bare.clients, bare.table, 1, as_json=True)
    assert printed_json() == planned
    assert set(admin.list_topics()) >= {change["topic"] for change in planned}
    topics.apply(bare.clients, bare.table, 1, as_json=True)
    assert printed_json() == []


def test_a_wrong_setting_is_shown_and_corrected(deployed: Deployment, admin: Any, printed_json: Json) -> None:
    topic = deployed.table.physical(Topic.MESSAGES_RAW)
    configure(admin, topic, "message.timestamp.type", "CreateTime")
    topics.apply(deployed.clients, deployed.table, 1, as_json=True)
    [change] = printed_json()
    assert (change["action"], change["topic"]) == ("set", topic)
    assert "message.timestamp.type=LogAppendTime" in change["detail"]
    topics.plan(deployed.clients, deployed.table, 1, as_json=True)
    assert printed_json() == []


def test_a_topic_that_may_grow_grows_after_its_state_topics(deployed: Deployment, printed_json: Json) -> None:
    larger = with_partitions(deployed.table, Topic.MESSAGES_RAW, 9)
    topics.apply(deployed.clients, larger, 1, as_json=True)
    grown = [(change["action"], deployed.table.logical(change["topic"])) for change in printed_json()]
    assert grown == [("grow", "triage.messages.raw.state"), ("grow", "messages.raw")]
    topics.plan(deployed.clients, larger, 1, as_json=True)
    assert printed_json() == []


@pytest.mark.parametrize("partitions", [7, 9])
@pytest.mark.parametrize("command", [topics.plan, topics.apply])
def test_an_inbox_neither_shrinks_nor_grows(
    deployed: Deployment, admin: Any, printed_json: Json, partitions: int, command: Callable[..., None]
) -> None:
    other = with_partitions(deployed.table, Topic.ROUTING_INBOX, partitions)
    with pytest.raises(CommandError, match=r"refused: .*routing\.inbox") as raised:
        command(deployed.clients, other, 1, as_json=True)
    assert raised.value.code == ExitCode.NOT_AS_PLANNED
    assert {change["action"] for change in printed_json()} == {"refused"}
    [described] = admin.describe_topics([deployed.table.physical(Topic.ROUTING_INBOX)])
    assert len(described["partitions"]) == 8


def test_the_plan_for_people_says_what_and_where(bare: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    topics.plan(bare.clients, bare.table, 1, as_json=False)
    assert f"create  {bare.table.physical('audit')} " in capsys.readouterr().out

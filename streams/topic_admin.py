"""Brings the broker's topics in line with the table: what ``spillway topics plan`` shows and ``topics apply`` does.

Topics are created and settings corrected; partitions are added only where the table says that a topic may grow, its
state topics first. Anything else (fewer partitions, growth elsewhere) is refused, because keys would move between
partitions and their rows would stay behind. Source: DESIGN section 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic

from streams.topics import TopicSpec, TopicTable

Kind = Literal["create", "grow", "set", "refuse"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do about a topic (by its physical name), in plain words in ``detail``."""

    kind: Kind
    topic: str
    detail: str
    spec: TopicSpec


class TopicAdmin:
    """Plans and applies changes through a kafka-python admin client. ``replication`` is for topics it creates."""

    def __init__(self, admin: Any, table: TopicTable, *, replication: int = 1) -> None:
        self._admin, self._table, self._replication = admin, table, replication

    def plan(self) -> list[Change]:
        """What ``apply`` would do, in its order: an empty list when everything is as the table says."""
        known = set(self._admin.list_topics())
        present = [spec for spec in self._table if self._table.physical(spec.name) in known]
        partitions = self._partitions([self._table.physical(spec.name) for spec in present])
        settings = self._settings([self._table.physical(spec.name) for spec in present])
        changes = []
        # State topics sort first: a source must not have a partition whose rows have nowhere to go.
        for spec in sorted(self._table, key=lambda spec: not spec.compacted):
            topic = self._table.physical(spec.name)
            if topic not in known:
                # A source that has grown needs rows for every partition that it has.
                source = self._table.source_of(spec.name)
                has = 0 if source is None else partitions.get(self._table.physical(source), 0)
                spec = replace(spec, partitions=max(spec.partitions, has))
                changes.append(Change("create", topic, f"{spec.partitions} partitions", spec))
                continue
            count = partitions[topic]
            if count < spec.partitions:
                kind: Kind = "grow" if spec.grows else "refuse"
                changes.append(Change(kind, topic, f"from {count} to {spec.partitions} partitions", spec))
            elif count > spec.partitions and not spec.grows:
                changes.append(Change("refuse", topic, f"has {count} partitions, not {spec.partitions}", spec))
            wrong = self._wrong(spec, settings[topic])
            if wrong:
                changes.append(Change("set", topic, ", ".join(wrong), spec))
        return changes

    def apply(self, changes: Sequence[Change]) -> None:
        """Do it. Raises KafkaError when the broker refuses. Changes that are refused are left alone."""
        created = [change for change in changes if change.kind == "create"]
        if created:
            self._admin.create_topics(
                [
                    NewTopic(
                        change.topic,
                        change.spec.partitions,
                        self._replication,
                        topic_configs=change.spec.settings(self._replication),
                    )
                    for change in created
                ],
                wait_for_metadata=True,
            )
        for change in changes:
            if change.kind == "grow":
                self._admin.create_partitions({change.topic: NewPartitions(change.spec.partitions)})
            elif change.kind == "set":
                wanted = change.spec.settings(self._replication)
                self._admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, change.topic, wanted)])

    def _partitions(self, topics: list[str]) -> dict[str, int]:
        if not topics:
            return {}
        return {topic["name"]: len(topic["partitions"]) for topic in self._admin.describe_topics(topics)}

    def _settings(self, topics: list[str]) -> dict[str, dict[str, str]]:
        if not topics:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        answer = self._admin.describe_configs(resources, config_filter="all")
        return {
            topic: {name: entry["value"] for name, entry in entries.items()}
            for topic, entries in answer["topic"].items()
        }

    def _wrong(self, spec: TopicSpec, settings: dict[str, str]) -> list[str]:
        wanted = spec.settings(self._replication)
        return [f"{name}={value}" for name, value in wanted.items() if settings.get(name) != value]

"""Small stages that show, by what they write, what the runtime did with them."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from streams.runtime.stage import DeadLetter, Output, Record, Send, StageSpec, Watermark
from streams.topics import MB, TopicSpec, TopicTable

SLOW_S = 0.005
PACE_S = 0.2
REST = 4.0
POISON = b'{"poison": 1}'


@dataclass
class Switches:
    """What a test changes while the stages run. mended: the relay no longer raises on poison."""

    mended: bool = False


class Toy:
    """A stage that keeps nothing and does nothing."""

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        pass

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        return Output()

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        return Output()


class Counter(Toy):
    """Copies each record with its key's count, a row; a null value deletes the row. Header ``to``: the partition."""

    def __init__(self, to: str, partition: int, partitions: int) -> None:
        self._to = to
        self._counts: dict[bytes, int] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        self._counts = {key: int(value) for key, value in rows.items()}

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        output = Output()
        for record in records:
            key = record.key or b""
            count = self._counts[key] = self._counts.get(key, 0) + 1
            output.rows[key] = b"%d" % count
            if record.value is None:
                del self._counts[key]
                output.rows[key] = None
            where = (("count", b"%d" % count), ("at", b"%d" % record.offset), ("from", b"%d" % record.partition))
            to = dict(record.headers).get("to")
            headers = (*record.headers, *where, ("time_s", repr(record.time_s).encode()))
            output.sends.append(Send(self._to, record.key, record.value, headers, None if to is None else int(to)))
        return output


class Relay(Toy):
    """Copies records, and has the runtime send marks; raises on poison until it is mended."""

    def __init__(self, switches: Switches, partition: int, partitions: int) -> None:
        self._switches = switches

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        if not self._switches.mended and any(record.value == POISON for record in records):
            raise ValueError("a customer's words")
        return Output([Send("inbox", record.key, record.value) for record in records])


class Timers(Toy):
    """``{"ask": NAME}`` is answered with the watermark at once, ``{"after_s": S}`` when the watermark is S later."""

    def __init__(self, to: str, partition: int, partitions: int) -> None:
        self._to = to
        self._due_s: dict[bytes, float] = {}

    def restore(self, rows: Mapping[bytes, bytes]) -> None:
        self._due_s = {key: float(value) for key, value in rows.items()}

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        output = Output()
        for record in records:
            asked = json.loads(record.value or b"{}")
            if "after_s" in asked:
                assert record.key is not None
                self._due_s[record.key] = due_s = record.time_s + asked["after_s"]
                output.rows[record.key] = repr(due_s).encode()
            else:
                output.sends.append(self._say(record.key, record.time_s, watermark, asked=asked.get("ask")))
        return output

    def tick(self, now_s: float, watermark: Watermark) -> Output:
        output = Output()
        for key, due_s in [item for item in self._due_s.items() if item[1] <= watermark.time_s]:
            del self._due_s[key]
            output.rows[key] = None
            output.sends.append(self._say(key, now_s, watermark, due_s=due_s))
        return output

    def _say(self, key: bytes | None, now_s: float, watermark: Watermark, **more: object) -> Send:
        said = {"now_s": now_s, "watermark_s": watermark.time_s, "silent": sorted(watermark.silent), **more}
        return Send(self._to, key, json.dumps(said).encode())


class Fan(Toy):
    """``{"copies": N, "bytes": M}`` becomes N records of M bytes with keys 0 to N - 1."""

    def __init__(self, partition: int, partitions: int) -> None: ...

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        output = Output()
        for record in records:
            wanted = json.loads(record.value or b"{}")
            body = b"x" * wanted["bytes"]
            headers = (("of", record.key or b""),)
            output.sends.extend(Send("copies", b"%d" % copy, body, headers) for copy in range(wanted["copies"]))
        return output


class Strict(Toy):
    """Copies records that are JSON; the others become dead letters."""

    def __init__(self, partition: int, partitions: int) -> None: ...

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        output = Output(counts={"seen": len(records)})
        for record in records:
            try:
                json.loads(record.value or b"")
            except ValueError:
                output.dead_letters.append(DeadLetter(record, "invalid_json", "body"))
            else:
                output.sends.append(Send("parsed", record.key, record.value))
        return output


class Sizes(Toy):
    """Says how many records and bytes each of its chunks had, and when (by the monotonic clock) it was at work on it.

    A value that begins with ``slow`` takes a while.
    """

    def __init__(self, partition: int, partitions: int) -> None: ...

    def process(self, records: Sequence[Record], watermark: Watermark) -> Output:
        began_s = time.monotonic()
        for record in records:
            if (record.value or b"").startswith(b"slow"):
                time.sleep(SLOW_S)
        size = {"records": len(records), "bytes": sum(len(record.value or b"") for record in records)}
        said = size | {"began_s": began_s, "ended_s": time.monotonic()}
        return Output([Send("sizes", records[0].key, json.dumps(said).encode())])


STAGES = ("counter", "relay", "timers", "gauge", "fan", "strict", "chunky", "paced", "resting", "lost")
SURVIVOR = "survivor"
"""The stage that crash cases kill: on Kafka it runs in processes of its own."""


def toy_stages(switches: Switches) -> list[StageSpec]:
    """All of them."""
    return [
        StageSpec("counter", {"words": partial(Counter, "counts")}, sends_to=("counts",)),
        StageSpec("relay", {"events": partial(Relay, switches)}, sends_to=("inbox",), marks_to={"events": ("inbox",)}),
        StageSpec("timers", {"inbox": partial(Timers, "fired")}, sends_to=("fired",), fed_by=("events",)),
        StageSpec("gauge", {"probes": partial(Timers, "readings")}, sends_to=("readings",), fed_by=("elsewhere",)),
        StageSpec("fan", {"bulk": Fan}, sends_to=("copies",)),
        StageSpec("strict", {"raw": Strict}, sends_to=("parsed",)),
        StageSpec("chunky", {"loads": Sizes}, sends_to=("sizes",)),
        StageSpec("paced", {"paced.loads": Sizes}, sends_to=("sizes",), pace_s=PACE_S),
        StageSpec("resting", {"resting.loads": Sizes}, sends_to=("sizes",), rest=REST),
        StageSpec("lost", {"lost.words": partial(Counter, "lost.counts")}, sends_to=("lost.counts",)),
        StageSpec(SURVIVOR, {"risky.words": partial(Counter, "risky.counts")}, sends_to=("risky.counts",)),
    ]


def toy_table(prefix: str) -> TopicTable:
    """Their topics."""
    specs = [
        TopicSpec("words", 3, max_message_bytes=4 * MB),
        TopicSpec("counts", 3, max_message_bytes=4 * MB),
        TopicSpec("events", 3),
        TopicSpec("inbox", 2),
        TopicSpec("fired", 2),
        TopicSpec("probes", 3),
        TopicSpec("readings", 3),
        TopicSpec("bulk", 1),
        TopicSpec("copies", 4),
        TopicSpec("raw", 2, max_message_bytes=4 * MB),
        TopicSpec("parsed", 2),
        TopicSpec("loads", 2),
        TopicSpec("paced.loads", 1),
        TopicSpec("resting.loads", 1),
        TopicSpec("sizes", 2),
        TopicSpec("lost.words", 3),
        TopicSpec("lost.counts", 3),
        TopicSpec("risky.words", 3),
        TopicSpec("risky.counts", 3),
        TopicSpec("dead-letters", 4, max_message_bytes=5 * MB),
    ]
    stages = {spec.name: spec.sources for spec in toy_stages(Switches())}
    return TopicTable(specs, prefix=prefix, stages=stages)

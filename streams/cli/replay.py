"""``spillway replay``: a file of messages onto messages.raw, every one acknowledged by the broker."""

import asyncio
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.cli.errors import CommandError, ExitCode, broker_errors, explain
from streams.cli.kafka import admin_client, missing_text, missing_topics
from streams.cli.messages import Defaults, Line, format_of, read_lines
from streams.cli.output import complain, say, say_json
from streams.cli.pace import Pace
from streams.cli.progress import Progress, progress_bar
from streams.contracts import ContractError, EventType, Message, Reason, encode, event_headers, event_id
from streams.runtime.kafka import KafkaClients
from streams.topics import Topic, TopicTable

SOURCE = "/spillway/replay"
LINGER_MS = 2
YIELD_EVERY = 50  # at full speed: let the producer send, and signals in


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What to replay and how. rate: messages a second; speed: a factor on the messages' own times; else full speed."""

    file: Path
    mapping: dict[str, str] = field(default_factory=dict)
    rate: float | None = None
    speed: float | None = None
    repeat: int = 1
    run: str | None = None
    tenant: str = "default"
    channel: str = "chat"
    strict: bool = False
    as_json: bool = False


@dataclass(slots=True)
class Summary:
    """What became of a replay. sent: acknowledged by the broker. refused: lines that do not keep the contract."""

    run: str
    sent: int = 0
    refused: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Messages sent a second."""
        return self.sent / self.seconds if self.seconds > 0 else 0.0


def replay(clients: KafkaClients, topics: TopicTable, options: ReplayOptions) -> ExitCode:
    """Send the file, tell how it went. Raises CommandError when it cannot be read, or the broker refuses a record."""
    format_of(options.file)
    with _opened(options.file):
        pass  # before anything is connected
    topic = topics.physical(Topic.MESSAGES_RAW)
    with admin_client(clients) as admin:
        if topic in missing_topics(admin, topics):
            raise CommandError(ExitCode.NOT_AS_PLANNED, missing_text([topic]))
    largest = topics[Topic.MESSAGES_RAW].max_message_bytes
    run = _Replay(clients, topic, largest, options)
    try:
        with broker_errors(clients.bootstrap):
            asyncio.run(run.go())
    finally:
        _tell(run.summary, options)
    if run.interrupted:
        return ExitCode.INTERRUPTED
    failed = run.summary.refused and (options.strict or not run.summary.sent)
    return ExitCode.FAILED if failed else ExitCode.OK


class _Replay:
    def __init__(self, clients: KafkaClients, topic: str, largest_bytes: int, options: ReplayOptions) -> None:
        self.summary = Summary(options.run or secrets.token_hex(4))
        self.interrupted = False
        self._options, self._topic = options, topic
        self._producer_options = {
            **clients.connection(),
            "enable_idempotence": True,
            "linger_ms": LINGER_MS,
            "max_batch_size": 262_144,
            "max_request_size": largest_bytes,
            "request_timeout_ms": 15_000,
        }
        self._pace = Pace(rate=options.rate, speed=options.speed, clock=time.monotonic)
        self._bootstrap = clients.bootstrap
        self._failure: CommandError | None = None

    async def go(self) -> None:
        began_s = time.monotonic()
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        producer = AIOKafkaProducer(**self._producer_options)
        try:
            await producer.start()
            with progress_bar(self._options.file, self._options.repeat, shown=not self._options.as_json) as progress:
                await self._send_all(producer, stop, progress)
                await producer.flush()
        finally:
            await producer.stop()
            self.summary.seconds = time.monotonic() - began_s
        self.interrupted = stop.is_set()
        self._check()

    async def _send_all(self, producer: Any, stop: asyncio.Event, progress: Progress) -> None:
        options, unyielded = self._options, 0
        defaults = Defaults(self.summary.run, options.tenant, options.channel)
        for repeat in range(options.repeat):
            self._pace.restart()
            with _opened(options.file) as file:
                for line in read_lines(file, options.file, options.mapping):
                    message = self._message(defaults, line, repeat)
                    if message is None:
                        if options.strict:
                            return
                        continue
                    wait_s = self._pace.wait_s(message.sent_at_s)
                    unyielded += 1
                    if wait_s > 0 or unyielded == YIELD_EVERY:
                        unyielded = 0
                        progress.update(repeat, file.tell(), self.summary.sent)
                        await _either(stop, wait_s)
                    if stop.is_set():
                        return
                    self._check()
                    await self._send(producer, message, line)

    def _message(self, defaults: Defaults, line: Line, repeat: int) -> Message | None:
        """The line's message, or None when it is refused, and told so."""
        try:
            if self._options.speed is not None and not _has_time(line, self._options.mapping):
                raise ContractError(Reason.MISSING_FIELD, "sent_at")
            return defaults.message(line, repeat, self._options.mapping, time.time())
        except ContractError as error:
            self.summary.refused += 1
            if repeat == 0:
                complain(f"{self._options.file}:{line.number}: {error}")
            return None

    async def _send(self, producer: Any, message: Message, line: Line) -> None:
        ce_id = event_id("message", message.tenant, message.message_id)
        headers = event_headers(EventType.MESSAGE, ce_id, message.sent_at_s, SOURCE)
        key = message.conversation_id.encode()
        try:
            future = await producer.send(self._topic, encode(message), key=key, headers=list(headers))
        except KafkaError as error:
            raise self._not_taken(line.number, error) from error
        future.add_done_callback(lambda done: self._acknowledged(line.number, done))

    def _acknowledged(self, number: int, done: "asyncio.Future[Any]") -> None:
        error = done.exception()
        if error is None:
            self.summary.sent += 1
        elif self._failure is None and isinstance(error, Exception):
            self._failure = self._not_taken(number, error)

    def _not_taken(self, number: int, error: Exception) -> CommandError:
        plain = explain(error, self._bootstrap)
        return CommandError(plain.code, f"{self._options.file}:{number}: not sent: {plain}")

    def _check(self) -> None:
        """Raises for the first record that the broker did not take."""
        if self._failure is not None:
            raise self._failure


def _has_time(line: Line, mapping: dict[str, str]) -> bool:
    return line.error is not None or any(
        mapping.get(column, column) == "sent_at" and value for column, value in line.columns.items()
    )


async def _either(stop: asyncio.Event, wait_s: float) -> None:
    """Wait so long, or until told to stop."""
    if wait_s <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(wait_s):
            await stop.wait()
    except TimeoutError:
        pass


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(ExitCode.USAGE, f"{path}: {error.strerror}") from error
    with file:
        yield file


def _tell(summary: Summary, options: ReplayOptions) -> None:
    if options.as_json:
        say_json(
            {
                "run": summary.run,
                "sent": summary.sent,
                "refused": summary.refused,
                "seconds": round(summary.seconds, 3),
                "rate": round(summary.rate, 1),
            }
        )
        return
    refused = f", refused {summary.refused:,}" if summary.refused else ""
    say(f"Sent {summary.sent:,} messages in {summary.seconds:.1f} s ({summary.rate:,.0f}/s){refused}.")
    say(f"Run {summary.run}: message_id is {summary.run}/REPEAT/LINE.")

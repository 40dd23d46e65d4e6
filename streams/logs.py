"""Logs for machines: one line of JSON a record on stderr, quiet in normal operation, and never a customer's text.

Errors are told by their kind and place, never by their own words: a stage's exception may quote the record that it
choked on. So tracebacks are not written, an exception among a message's arguments shows as its class, and of the extra
fields only those named here appear.
"""

import asyncio
import logging
import sys
import time
import traceback
from typing import Any, TextIO

import orjson

from streams.contracts import rfc3339

EXTRA_FIELDS = ("stage", "partition", "offset", "cause", "at", "detail", "port", "stages")
REPEAT_AFTER_S = 10.0
OURS = ("streams", "detectors", "routers")

_LEVELS = {"aiokafka": logging.WARNING, "kafka": logging.ERROR, "faust": logging.WARNING, "mode": logging.WARNING}
# Of ours it is the transport alone that speaks as a service of mode: starting, stopping.
_LOUD = ("numba", "streams.runtime.transport")


class JsonFormatter(logging.Formatter):
    """A record as one line: ts (RFC 3339), level, logger, message, and the extra fields that it has.

    >>> record = logging.LogRecord("streams.runtime", logging.WARNING, "", 0, "closed: %s", (ValueError("Hi"),), None)
    >>> record.created, record.partition = 0.0, "triage/messages.raw/0"
    >>> line = orjson.loads(JsonFormatter().format(record))
    >>> line["ts"], line["message"], line["partition"]
    ('1970-01-01T00:00:00Z', 'closed: ValueError', 'triage/messages.raw/0')
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "ts": rfc3339(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        line |= {name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line |= {"cause": type(error).__name__, "at": place(error)}
        return orjson.dumps(line, default=_kind).decode()


class NotAgain(logging.Filter):
    """Lets a library say the same thing (logger and message, whatever its arguments) once every ten seconds.

    Dozens of clients lose a broker at the same moment, and each of them complains several times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said_s: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may pass."""
        if record.name.partition(".")[0] in OURS:
            return True
        # aiokafka retries this by itself: the broker was still writing the markers of the commit before.
        if record.name == "aiokafka.producer.sender" and "NotEnoughReplicas" in repr(record.args):
            return False
        said = (record.name, record.msg)
        now_s = time.monotonic()
        if now_s - self._said_s.get(said, float("-inf")) < REPEAT_AFTER_S:
            return False
        self._said_s[said] = now_s
        return True


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Log as JSON lines to ``stream`` (stderr), ours from ``level`` on, libraries' warnings and errors only."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(NotAgain())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, least in _LEVELS.items():
        logging.getLogger(name).setLevel(max(level, least))
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def silence_libraries() -> None:
    """For commands, which tell an error themselves in one plain line: Kafka's clients say nothing."""
    for name in _LEVELS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def loop_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler: asyncio's own one would print the exception and its task whole."""
    error = context.get("exception")
    extra = {} if error is None else {"cause": type(error).__name__, "at": place(error)}
    logging.getLogger(__name__).error("an error that nobody caught", extra=extra)


def place(error: BaseException) -> str:
    """Where an error was raised, "file.py:12", or empty when it was not raised.

    Of code that is ours, if it came through any: a line of a library says nothing of which of its calls it was.

    >>> place(ValueError())
    ''
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    ours = [each for each in frames if str(each[0].f_globals.get("__name__")).partition(".")[0] in OURS]
    if not frames:
        return ""
    frame, line = (ours or frames)[-1]
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"


def _message(record: logging.LogRecord) -> str:
    if not record.args:
        return str(record.msg) if isinstance(record.msg, str) else _kind(record.msg)
    args = record.args
    told = {name: _told(arg) for name, arg in args.items()} if isinstance(args, dict) else tuple(map(_told, args))
    try:
        return str(record.msg) % told
    except (TypeError, ValueError):
        return str(record.msg)


def _told(arg: object) -> object:
    return _Bare(type(arg).__name__) if isinstance(arg, BaseException) else arg


def _kind(thing: object) -> str:
    return type(thing).__name__


class _Bare(str):
    """A word that %r writes without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

"""How commands fail: one plain line on stderr and a documented exit code, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

UNREACHABLE = frozenset(
    {
        "KafkaConnectionError",
        "KafkaTimeoutError",
        "NoBrokersAvailable",
        "NodeNotReadyError",
        "MetadataEmptyBrokerList",
        "TimeoutError",
    }
)


class ExitCode(IntEnum):
    """What ``spillway`` answers to the shell."""

    OK = 0
    FAILED = 1
    USAGE = 2  # bad usage, or a bad configuration
    UNREACHABLE = 3  # no broker answers
    NOT_AS_PLANNED = 4  # topics are missing or not as planned, or a partition is in use
    INTERRUPTED = 130


class CommandError(Exception):
    """A command gives up; the text says why and, where there is one, the way on.

    >>> CommandError(ExitCode.USAGE, "no such file").code
    <ExitCode.USAGE: 2>
    """

    def __init__(self, code: ExitCode, text: str) -> None:
        self.code = code
        super().__init__(text)


@contextmanager
def broker_errors(bootstrap: str) -> Iterator[None]:
    """Turn what either Kafka client raises inside into a CommandError; the rest passes."""
    try:
        yield
    except Exception as error:
        if not _is_kafkas(error):
            raise
        raise explain(error, bootstrap) from error


def explain(error: Exception, bootstrap: str) -> CommandError:
    """A Kafka client's error in plain words.

    >>> explain(TimeoutError(), "127.0.0.1:9092").args[0]
    'no broker answers at 127.0.0.1:9092'
    """
    kind = type(error).__name__
    if kind in UNREACHABLE:
        return CommandError(ExitCode.UNREACHABLE, f"no broker answers at {bootstrap}")
    # A broker's own description where the error has one: the text itself may be a whole request over many lines.
    description = getattr(error, "description", None) or ""
    return CommandError(ExitCode.FAILED, f"Kafka: {kind}" + (f" ({description.rstrip('.')})" if description else ""))


def _is_kafkas(error: Exception) -> bool:
    """Whether it is an error of kafka-python or aiokafka. By name, so that commands load only the client they use."""
    return isinstance(error, TimeoutError) or any(base.__name__ == "KafkaError" for base in type(error).__mro__)

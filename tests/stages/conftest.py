"""What the tests of stages share: the models (made once), records, and rows as a state topic would keep them."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
import pytest

from detectors.text import Triage
from streams.contracts import Contract, Feedback, Message, RepStatus, TicketEvent, VendorEvent, encode
from streams.contracts.examples import EXAMPLES
from streams.runtime.stage import Output, Record, Watermark

C = TypeVar("C", bound=Contract)
NOON_S = 1_773_144_000.0


@pytest.fixture(scope="session")
def models() -> Triage:
    return Triage.default()


@pytest.fixture(scope="session")
def group_of() -> Callable[[str, str | None], str | None]:
    """Two tenants: acme with a group of its own for segment eu, and default."""
    groups = {("acme", "eu"): "acme-eu", ("default", None): "default"}
    return lambda tenant, segment: groups.get((tenant, segment), "acme" if tenant == "acme" else None)


class Feed:
    """Makes records of one partition, in order, and builds contracts from the published examples."""

    def __init__(self) -> None:
        self._offsets = itertools.count()
        self._ids = itertools.count()

    def record(self, topic: str, value: Contract | bytes | None, time_s: float = NOON_S, **fields: Any) -> Record:
        value = encode(value) if isinstance(value, Contract) else value
        return Record(topic, 0, next(self._offsets), time_s, fields.pop("key", b"k"), value, **fields)

    def message(self, **fields: Any) -> Message:
        number = next(self._ids)
        defaults = {"message_id": f"m-{number}", "conversation_id": f"c-{number}", "tenant": "default"}
        return _example(Message, "message-chat-en", defaults | fields)

    def rep(self, **fields: Any) -> RepStatus:
        defaults = {"rep_id": "ann", "group": "default", "skills": (), "languages": (), "channels": ()}
        return _example(RepStatus, "rep_status", defaults | fields)

    def event(self, **fields: Any) -> TicketEvent:
        return _example(TicketEvent, "ticket_event", {"group": "default", "rep_id": None} | fields)

    def vendor_event(self, **fields: Any) -> VendorEvent:
        return _example(VendorEvent, "vendor_event", {"group": "default"} | fields)

    def feedback(self, **fields: Any) -> Feedback:
        return _example(Feedback, "feedback", {"tenant": "default"} | fields)


def _example(contract: type[C], name: str, changes: Mapping[str, Any]) -> C:
    record = EXAMPLES[name]
    assert isinstance(record, contract)
    return msgspec.structs.replace(record, **changes)


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def at_noon() -> Watermark:
    return Watermark(NOON_S)


class Rows(dict[bytes, bytes]):
    """The newest value of each row that a stage has written."""

    def keep(self, output: Output) -> Output:
        for key, row in output.rows.items():
            if row is None:
                self.pop(key, None)
            else:
                self[key] = row
        return output


@pytest.fixture
def rows() -> Rows:
    return Rows()

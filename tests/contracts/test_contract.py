"""What holds for every contract's type."""

from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest

from streams.contracts import BODY_BYTES, Channel, Contract, ContractError, EventType, Message, at
from streams.contracts.schemas import CONTRACTS

CONTRACT_TYPES = list(CONTRACTS.values())


def holds_time(kind: Any) -> bool:
    if get_origin(kind) in (Annotated, Union, UnionType):
        return any(holds_time(part) for part in get_args(kind))
    return kind is datetime


@pytest.mark.parametrize("contract", CONTRACT_TYPES)
def test_every_field_that_holds_a_time_is_known_to_be_one(contract: type[Contract]) -> None:
    hints = get_type_hints(contract)
    assert set(contract.times) == {name for name in contract.__struct_fields__ if holds_time(hints[name])}


def test_every_event_type_has_one_contract_and_ends_in_v1() -> None:
    assert sorted(contract.event_type for contract in CONTRACT_TYPES) == sorted(EventType)
    assert all(event_type.endswith(".v1") for event_type in EventType)


def new_message(body: str = "Hi", sent_at: datetime | None = None) -> Message:
    return Message(
        message_id="m", conversation_id="c", tenant="acme", channel=Channel.SMS, body=body, sent_at=sent_at or at(0)
    )


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        new_message().body = "other"  # type: ignore[misc]


def test_a_record_built_with_another_zone_holds_utc() -> None:
    moment = datetime(2026, 3, 10, 15, 30, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    built = new_message(sent_at=moment)
    assert built.sent_at == moment
    assert built.sent_at.tzinfo is UTC


def test_a_record_cannot_be_built_with_a_time_that_has_no_zone() -> None:
    with pytest.raises(ContractError, match=r"^time_without_zone: sent_at$"):
        new_message(sent_at=datetime(2026, 3, 10, 12))


def test_a_message_cannot_be_built_with_a_body_over_its_size() -> None:
    with pytest.raises(ContractError, match=r"^out_of_bounds: body$"):
        new_message(body="x" * (BODY_BYTES + 1))

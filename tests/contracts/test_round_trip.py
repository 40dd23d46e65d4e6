"""Whatever a contract can hold survives being written and read; whatever bytes come, reading ends in an answer."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contracts import (
    Assignment,
    AssignmentKind,
    Audit,
    AuditOutcome,
    CapacityRequest,
    CapacityWhy,
    Channel,
    Contract,
    ContractError,
    Feedback,
    Message,
    Notice,
    NoticeState,
    RepState,
    RepStatus,
    Surge,
    SurgeState,
    TicketEvent,
    TicketEventKind,
    TriagedTicket,
    VendorEvent,
    VendorEventKind,
    Verdict,
    Why,
    decode,
    encode,
)
from streams.contracts.examples import EXAMPLES
from streams.contracts.schemas import CONTRACTS

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=100)
IDS = st.text(min_size=1, max_size=200)
LANGUAGES = st.sampled_from(["en", "fr", "de", "es", "fa", "pt-BR", "zh-Hant-TW"])
CHANNELS = st.sampled_from(Channel)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3, minutes=30)), timezone(timedelta(hours=-8))])
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES)
EPOCHS = st.integers(0, 2**53 - 1)
PROBABILITIES = st.floats(0, 1)
AMOUNTS = st.floats(0, 1e12)
SHORT = st.text(max_size=20)
VERDICTS = st.builds(Verdict, IDS, PROBABILITIES, st.dictionaries(IDS, PROBABILITIES, max_size=5))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


RECORDS: dict[type[Contract], st.SearchStrategy[Contract]] = {
    Message: st.builds(
        Message,
        message_id=IDS,
        conversation_id=IDS,
        tenant=NAMES,
        channel=CHANNELS,
        body=st.text(),
        sent_at=TIMES,
        segment=maybe(IDS),
        customer_id=maybe(IDS),
        customer_tier=maybe(IDS),
        language=maybe(LANGUAGES),
        subject=maybe(SHORT),
        owner=maybe(IDS),
        due_at=maybe(TIMES),
        attributes=maybe(st.dictionaries(SHORT, SHORT, max_size=5)),
    ),
    RepStatus: st.builds(
        RepStatus,
        rep_id=IDS,
        group=NAMES,
        pool=NAMES,
        state=st.sampled_from(RepState),
        skills=st.lists(NAMES, max_size=4).map(tuple),
        languages=st.lists(LANGUAGES, max_size=4).map(tuple),
        channels=st.lists(CHANNELS, max_size=6).map(tuple),
        capacity_units=st.integers(0, 1_000_000),
        at=TIMES,
        valid_for_s=st.floats(0, 86_400, exclude_min=True),
    ),
    TicketEvent: st.builds(
        TicketEvent,
        ticket_id=IDS,
        group=NAMES,
        kind=st.sampled_from(TicketEventKind),
        epoch=EPOCHS,
        at=TIMES,
        rep_id=maybe(IDS),
    ),
    TriagedTicket: st.builds(
        TriagedTicket,
        message_id=IDS,
        conversation_id=IDS,
        tenant=NAMES,
        channel=CHANNELS,
        group=NAMES,
        language=LANGUAGES,
        language_probability=PROBABILITIES,
        urgency=VERDICTS,
        sentiment=VERDICTS,
        topic=VERDICTS,
        effort_units=st.integers(0, 100),
        needs_human=st.booleans(),
        label_wanted=st.booleans(),
        model_versions=st.dictionaries(NAMES, IDS, max_size=3),
        triaged_at=TIMES,
        needs_human_why=st.lists(NAMES, max_size=3).map(tuple),
        segment=maybe(IDS),
        customer_id=maybe(IDS),
    ),
    Assignment: st.builds(
        Assignment,
        assignment_id=st.text(min_size=3, max_size=217),
        ticket_id=IDS,
        group=NAMES,
        epoch=EPOCHS,
        kind=st.sampled_from(AssignmentKind),
        queue=NAMES,
        decided_at=TIMES,
        why=st.builds(
            Why,
            NAMES,
            maybe(IDS),
            st.dictionaries(IDS, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
            st.lists(IDS, max_size=3).map(tuple),
        ),
        rep_id=maybe(IDS),
        pool=maybe(NAMES),
        due_at=maybe(TIMES),
        expires_at=maybe(TIMES),
    ),
    Feedback: st.builds(
        Feedback,
        ticket_id=IDS,
        tenant=NAMES,
        by=IDS,
        at=TIMES,
        message_id=maybe(IDS),
        urgency=maybe(IDS),
        sentiment=maybe(IDS),
        topic=maybe(IDS),
        csat=maybe(PROBABILITIES),
    ),
    VendorEvent: st.builds(
        VendorEvent,
        request_id=IDS,
        group=NAMES,
        kind=st.sampled_from(VendorEventKind),
        seats=st.integers(0, 1_000_000),
        at=TIMES,
    ),
    Surge: st.builds(
        Surge,
        surge_id=IDS,
        group=NAMES,
        series=IDS,
        state=st.sampled_from(SurgeState),
        onset_at=TIMES,
        at=TIMES,
        observed=AMOUNTS,
        expected=AMOUNTS,
        ratio=AMOUNTS,
        false_alarms_per_week=st.floats(0.001, 100),
        also=st.lists(IDS, max_size=3).map(tuple),
        expected_end=maybe(TIMES),
    ),
    Notice: st.builds(
        Notice,
        notice_id=IDS,
        group=NAMES,
        state=st.sampled_from(NoticeState),
        series=IDS,
        since=TIMES,
        at=TIMES,
        messages=st.integers(0, 10**9),
        also=st.lists(IDS, max_size=3).map(tuple),
    ),
    CapacityRequest: st.builds(
        CapacityRequest,
        request_id=IDS,
        group=NAMES,
        vendor=NAMES,
        skill=NAMES,
        epoch=EPOCHS,
        seats=st.integers(0, 1_000_000),
        needed_at=TIMES,
        until=TIMES,
        expires_at=TIMES,
        decided_at=TIMES,
        why=st.builds(CapacityWhy, IDS, AMOUNTS, PROBABILITIES, PROBABILITIES, AMOUNTS),
    ),
    Audit: st.builds(
        Audit,
        command_id=IDS,
        stage=NAMES,
        command=NAMES,
        outcome=st.sampled_from(AuditOutcome),
        at=TIMES,
        reason=st.text(max_size=200),
    ),
}
ANY_RECORD = st.sampled_from(list(RECORDS)).flatmap(RECORDS.__getitem__)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def field_names(contract: type[msgspec.Struct]) -> set[str]:
    return {*contract.__struct_fields__, *Verdict.__struct_fields__, *Why.__struct_fields__}


def answer(contract: type[Contract], value: bytes) -> Contract | ContractError:
    try:
        return decode(contract, value)
    except ContractError as error:
        return error


def check_answer(contract: type[Contract], value: bytes) -> None:
    """Decoding gives a record, or a refusal made of the contract's own words alone."""
    given_back = answer(contract, value)
    if isinstance(given_back, Contract):
        assert decode(contract, encode(given_back)) == given_back
        return
    assert str(given_back) == ": ".join(filter(None, [given_back.reason, given_back.field]))
    steps = set(filter(None, re.split(r"[.\[\]]", given_back.field)))
    assert steps <= field_names(contract) | {"*"} | set(map(str, range(200)))
    assert given_back.__context__ is None


def test_every_contract_has_a_strategy_here() -> None:
    assert set(RECORDS) == set(CONTRACTS.values())


@given(ANY_RECORD)
def test_what_is_written_is_read_back_the_same(record: Contract) -> None:
    assert decode(type(record), encode(record)) == record


@given(ANY_RECORD)
def test_written_times_end_in_z_and_absent_fields_are_not_written(record: Contract) -> None:
    written = json.loads(encode(record))
    assert None not in written.values()
    assert all(written[name].endswith("Z") for name in record.times if name in written)


@given(st.sampled_from(list(RECORDS)), st.binary())
def test_any_bytes_are_read_or_refused(contract: type[Contract], value: bytes) -> None:
    check_answer(contract, value)


@given(st.data())
def test_a_record_with_one_field_changed_to_anything_is_read_or_refused(data: st.DataObject) -> None:
    record = data.draw(ANY_RECORD)
    fields = json.loads(encode(record))
    fields[data.draw(st.sampled_from(record.__struct_fields__))] = data.draw(ANY_JSON)
    check_answer(type(record), json.dumps(fields).encode())


@given(st.sampled_from(list(EXAMPLES.values())), st.integers(0, 2_000), st.binary(max_size=3), st.integers(0, 3))
def test_a_record_with_some_bytes_changed_is_read_or_refused(
    record: Contract, position: int, patch: bytes, cut: int
) -> None:
    value = encode(record)
    position %= len(value)
    check_answer(type(record), value[:position] + patch + value[position + cut :])


@given(st.text(max_size=40), st.data())
def test_a_refusal_never_quotes_the_record(text: str, data: st.DataObject) -> None:
    secret = "¿" + text  # no word of ours
    change = data.draw(
        st.sampled_from(
            [
                {"channel": secret},
                {"sent_at": secret},
                {"tenant": secret},
                {"language": secret},
                {"attributes": {secret: 1}},
                {secret: secret, "body": 1},
            ]
        )
    )
    fields = json.loads(encode(EXAMPLES["message-email-fr"])) | change
    with pytest.raises(ContractError) as caught:
        decode(Message, json.dumps(fields).encode())
    assert secret not in f"{caught.value!s} {caught.value!r}"

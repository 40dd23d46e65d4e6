"""Bad records on a real broker: each becomes one dead letter with its original bytes; its neighbours arrive."""

import secrets
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.flow.deployment import Deployment, eventually
from tests.flow.records import message

WITHIN_S = 90


@pytest.fixture(scope="module")
def spillway(deploy: Callable[..., Deployment]) -> Deployment:
    # Eight partitions that open at once may take seconds on a busy machine, and nobody is killed here.
    deployment = deploy(SPILLWAY_KAFKA__TRANSACTION_TIMEOUT_S=10)
    deployment.start_worker().until_ready()
    return deployment


def headers_of(record: Any) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in record.headers() or ()}


def triaged_ids(spillway: Deployment) -> list[str]:
    return [orjson.loads(record.value())["message_id"] for record in spillway.read("tickets.triaged")]


def dead_letters(spillway: Deployment, key: bytes | None, at_least: int) -> list[Any]:
    """Those of a key, as soon as there are so many: a transaction's records appear in one topic after the other."""

    def found() -> list[Any]:
        return [record for record in spillway.read("dead-letters") if record.key() == key]

    eventually(lambda: len(found()) >= at_least, WITHIN_S, f"there are {at_least} dead letters of {key!r}")
    return found()


def sent_between_good_ones(spillway: Deployment, value: bytes | None, key: bytes) -> Any:
    """Send a bad record between two good ones on its partition; answers its dead letter once all three are through."""
    before, after = f"{key.decode()}-before", f"{key.decode()}-after"
    spillway.send("messages.raw", key, message(before))
    spillway.send("messages.raw", key, value, headers=[("trace", b"t-1"), ("none", None)])
    spillway.send("messages.raw", key, message(after))
    spillway.flush()
    eventually(lambda: {before, after} <= set(triaged_ids(spillway)), WITHIN_S, "the good neighbours are triaged")
    letters = dead_letters(spillway, key, 1)
    assert len(letters) == 1
    return letters[0]


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [
        pytest.param(b'{"message_id": ', "invalid_json", "", id="invalid JSON"),
        pytest.param(b"", "empty_value", "", id="empty value"),
        pytest.param(None, "null_value", "", id="null value"),
        pytest.param(message("m", body="é" * 131_073), "out_of_bounds", "body", id="body over the contract's size"),
        pytest.param(message("m", body="x" * 3_900_000), "out_of_bounds", "body", id="record near the topic's limit"),
        pytest.param(message("m", body=...), "missing_field", "body", id="missing field"),
        pytest.param(message("m", body=7), "wrong_type", "body", id="mistyped field"),
        pytest.param(message("m").replace(b"recognise", b"rec\xff\xfe"), "invalid_utf8", "body", id="invalid UTF-8"),
        pytest.param(
            message("m", sent_at="2026-11-24T09:00:00"), "time_without_zone", "sent_at", id="time without a zone"
        ),
        pytest.param(message("m", tenant="nobody"), "unknown_tenant", "tenant", id="unknown tenant"),
    ],
)
def test_a_bad_record_is_one_dead_letter_with_its_bytes_and_its_neighbours_arrive(
    spillway: Deployment, value: bytes | None, reason: str, field: str
) -> None:
    key = f"bad-{secrets.token_hex(4)}".encode()
    letter = sent_between_good_ones(spillway, value, key)
    headers = headers_of(letter)
    assert letter.value() == value
    assert (headers["dl_reason"], headers["dl_field"]) == (reason, field)
    assert headers["dl_topic"] == "messages.raw"
    assert headers["dl_stage"] == "triage"
    assert headers["trace"] == "t-1"


def test_a_record_without_key_and_value_is_a_dead_letter_too(spillway: Deployment) -> None:
    spillway.send("messages.raw", None, None)
    spillway.flush()
    assert [record.value() for record in dead_letters(spillway, None, 1)] == [None]


def test_a_repeated_message_is_dropped_and_counted(spillway: Deployment) -> None:
    name = f"twice-{secrets.token_hex(4)}"
    duplicates_before = spillway.triage_totals()["duplicates"]
    for _ in range(3):
        spillway.send("messages.raw", name.encode(), message(name))
    spillway.flush()
    eventually(lambda: spillway.triage_totals()["duplicates"] == duplicates_before + 2, WITHIN_S, "two are dropped")
    eventually(lambda: name in triaged_ids(spillway), WITHIN_S, "the first one is triaged")
    assert triaged_ids(spillway).count(name) == 1


def test_ten_thousand_bad_records_in_a_row_hold_nobody_up(spillway: Deployment) -> None:
    key = f"flood-{secrets.token_hex(4)}".encode()
    after = f"{key.decode()}-after"
    for number in range(10_000):
        spillway.send("messages.raw", key, b'{"broken": %d' % number)
    spillway.send("messages.raw", key, message(after))
    spillway.flush()
    eventually(lambda: after in triaged_ids(spillway), WITHIN_S, "the good one behind them is triaged")
    values = [record.value() for record in dead_letters(spillway, key, 10_000)]
    assert values == [b'{"broken": %d' % number for number in range(10_000)]


def test_bad_helpdesk_records_are_dead_letters_of_intake(spillway: Deployment) -> None:
    key = f"helpdesk-{secrets.token_hex(4)}".encode()
    spillway.send("tickets.events", key, b'{"ticket_id": "c-1", "kind": "accepted"}')
    spillway.send("reps.status", key, b"not json")
    spillway.flush()

    def reasons() -> set[tuple[str, str]]:
        letters = [headers_of(record) for record in spillway.read("dead-letters") if record.key() == key]
        return {(headers["dl_stage"], headers["dl_reason"]) for headers in letters}

    eventually(
        lambda: reasons() == {("intake", "missing_field"), ("intake", "invalid_json")}, WITHIN_S, "both are set aside"
    )


def test_what_comes_in_is_triaged_or_dropped_or_set_aside(spillway: Deployment) -> None:
    sent = len(spillway.read("messages.raw"))
    eventually(lambda: spillway.triage_totals()["received"] >= sent, WITHIN_S, "all of it is counted")
    totals = spillway.triage_totals()
    assert totals["received"] == sent == totals["triaged"] + totals["duplicates"] + totals["dead_letters"]
    eventually(lambda: len(triaged_ids(spillway)) >= totals["triaged"], WITHIN_S, "all that was triaged is to be read")
    assert totals["triaged"] == len(triaged_ids(spillway))

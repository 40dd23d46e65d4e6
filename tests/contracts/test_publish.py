"""What deploy/contracts shows is what the types say, and every example keeps its contract and its schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streams.contracts import Contract, Reason, decode
from streams.contracts.asyncapi import CHANNELS
from streams.contracts.dead_letter import DEAD_LETTER_HEADERS, LEFT_OUT_HEADERS
from streams.contracts.publish import publish, published
from streams.contracts.schemas import CONTRACTS, json_schema
from streams.topics import Topic

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "contracts"
EXAMPLE_FILES = sorted((FOLDER / "examples").glob("*.json"))


def contract_of(example: Path) -> type[Contract]:
    return CONTRACTS[example.stem.partition("-")[0]]


def files_of(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_published_files_are_those_that_the_types_give() -> None:
    assert files_of(FOLDER) == published(), "run: python -m streams.contracts.publish deploy/contracts"


def test_publishing_writes_every_file(tmp_path: Path) -> None:
    publish(tmp_path / "new")
    assert files_of(tmp_path / "new") == published()


@pytest.mark.parametrize("contract", CONTRACTS.values())
def test_every_schema_is_a_schema(contract: type[Contract]) -> None:
    Draft202012Validator.check_schema(json_schema(contract))


def test_every_contract_has_an_example() -> None:
    assert {contract_of(file) for file in EXAMPLE_FILES} == set(CONTRACTS.values())


@pytest.mark.parametrize("file", EXAMPLE_FILES, ids=lambda file: file.stem)
def test_every_example_keeps_its_contract_and_its_schema(file: Path) -> None:
    contract = contract_of(file)
    decode(contract, file.read_bytes())
    schema = json.loads((FOLDER / f"{file.stem.partition('-')[0]}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(file.read_bytes()))


@pytest.mark.parametrize("change", [{"tenant": "Acme"}, {"body": 7}, {"channel": "fax"}, {"message_id": ""}])
def test_a_schema_refuses_what_the_type_refuses(change: dict[str, Any]) -> None:
    example = json.loads((FOLDER / "examples" / "message-email-fr.json").read_bytes())
    assert not Draft202012Validator(json_schema(CONTRACTS["message"])).is_valid(example | change)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads(published()["asyncapi.json"])
    found = list(references(document))
    assert found
    for reference in found:
        if reference.startswith("./"):
            assert reference.removeprefix("./") in published()
        else:
            node = document
            for step in reference.removeprefix("#/").split("/"):
                node = node[step]


def test_the_asyncapi_document_lists_each_contract_once_and_the_dead_letters() -> None:
    channels = json.loads(published()["asyncapi.json"])["channels"]
    assert sorted(channel.contract for channel in CHANNELS) == sorted(CONTRACTS)
    assert set(channels) == {channel.topic for channel in CHANNELS} | {Topic.DEAD_LETTERS}


def test_the_reference_names_every_field_reason_and_header() -> None:
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    for contract in CONTRACTS.values():
        section = text.partition(f"\n`{contract.event_type}`:")[2].partition("\n## ")[0]
        for name in contract.__struct_fields__:
            assert f"| {name} |" in section, f"{contract.__name__}.{name} is not in docs/contracts.md"
    for word in [*Reason, *DEAD_LETTER_HEADERS, *LEFT_OUT_HEADERS]:
        assert f"`{word}`" in text, f"{word} is not in docs/contracts.md"

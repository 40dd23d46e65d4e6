"""What is published of the contracts: schemas, examples, and the AsyncAPI document. Made from the types.

python -m streams.contracts.publish deploy/contracts
"""

import json
import sys
from pathlib import Path
from typing import Any

from streams.contracts.asyncapi import asyncapi
from streams.contracts.encode import encode
from streams.contracts.examples import EXAMPLES
from streams.contracts.schemas import CONTRACTS, json_schema

CONTRACTS_VERSION = "1.1.0"
"""Of the AsyncAPI document: the second number rises when an optional field or a contract is added."""


def published() -> dict[str, str]:
    """Every file's content by its path, relative to the folder of published contracts.

    >>> sorted(published())[:2]
    ['assignment.schema.json', 'asyncapi.json']
    """
    examples = {name: json.loads(encode(record)) for name, record in EXAMPLES.items()}
    documents: dict[str, Any] = {"asyncapi.json": asyncapi(CONTRACTS_VERSION, examples)}
    documents |= {f"{name}.schema.json": json_schema(contract) for name, contract in CONTRACTS.items()}
    documents |= {f"examples/{name}.json": example for name, example in examples.items()}
    return {path: json.dumps(document, indent=2, ensure_ascii=False) + "\n" for path, document in documents.items()}


def publish(folder: Path) -> None:
    """Write the files into a folder, making it where needed."""
    for path, content in published().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m streams.contracts.publish DIR")
    publish(Path(sys.argv[1]))

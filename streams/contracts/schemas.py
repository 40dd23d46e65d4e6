"""The contracts as JSON Schema (Draft 2020-12), one self-contained document each, made from the types."""

from typing import Any

import msgspec

from streams.contracts.assignment import Assignment
from streams.contracts.audit import Audit
from streams.contracts.capacity_request import CapacityRequest
from streams.contracts.contract import Contract
from streams.contracts.feedback import Feedback
from streams.contracts.message import Message
from streams.contracts.notice import Notice
from streams.contracts.rep_status import RepStatus
from streams.contracts.surge import Surge
from streams.contracts.ticket_event import TicketEvent
from streams.contracts.triaged_ticket import TriagedTicket
from streams.contracts.vendor_event import VendorEvent

CONTRACTS: dict[str, type[Contract]] = {
    "message": Message,
    "rep_status": RepStatus,
    "ticket_event": TicketEvent,
    "triaged_ticket": TriagedTicket,
    "assignment": Assignment,
    "feedback": Feedback,
    "vendor_event": VendorEvent,
    "surge": Surge,
    "notice": Notice,
    "capacity_request": CapacityRequest,
    "audit": Audit,
}
"""Every public contract, by the name of its schema: the module's."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(contract: type[Contract]) -> dict[str, Any]:
    """The schema of one contract. Its title is the ``ce_type``, so the major version shows.

    >>> json_schema(Message)["title"], json_schema(Message)["required"][:3]
    ('spillway.message.v1', ['message_id', 'conversation_id', 'tenant'])
    """
    _, parts = msgspec.json.schema_components([contract], ref_template="#/$defs/{name}")
    own = parts.pop(contract.__name__)
    schema = {"$schema": DRAFT} | own | {"title": str(contract.event_type)} | ({"$defs": parts} if parts else {})
    tidied: dict[str, Any] = _tidy(schema)
    return tidied


def _tidy(node: Any) -> Any:
    """Keep the first paragraph of a docstring, and end patterns as ECMA (the schemas' dialect) does, with $."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidied = {key: _tidy(value) for key, value in node.items()}
    if isinstance(node.get("description"), str):
        tidied["description"] = " ".join(node["description"].split("\n\n")[0].replace("``", "").split())
    if isinstance(node.get("pattern"), str):
        tidied["pattern"] = node["pattern"].replace(r"\Z", "$")
    return tidied

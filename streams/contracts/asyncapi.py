"""All public topics in one AsyncAPI 3 document, for generators of clients and for readers.

Source: AsyncAPI 3.0.0; its Kafka bindings 0.5.0.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from streams.contracts.dead_letter import DEAD_LETTER_HEADERS, LEFT_OUT_HEADERS
from streams.contracts.schemas import CONTRACTS
from streams.topics import Topic

_PREFIX = {"prefix": {"default": "spillway.", "description": "The deployment's prefix of topic names."}}


class Channel(NamedTuple):
    """One public topic: which contract it carries (by schema name), its key, and whether Spillway writes it."""

    topic: Topic
    contract: str
    key: str
    written: bool


CHANNELS = (
    Channel(
        Topic.MESSAGES_RAW,
        "message",
        "The conversation_id. Without it neither order nor deduplication is promised.",
        False,
    ),
    Channel(Topic.REPS_STATUS, "rep_status", "Any; the rep_id keeps one rep's statuses in order.", False),
    Channel(Topic.TICKETS_EVENTS, "ticket_event", "Any; the ticket_id keeps one ticket's events in order.", False),
    Channel(Topic.TICKETS_TRIAGED, "triaged_ticket", "The conversation_id.", True),
    Channel(Topic.TICKETS_ASSIGNMENTS, "assignment", "The ticket_id.", True),
    Channel(Topic.FEEDBACK, "feedback", "Any; the ticket_id keeps one ticket's labels in order.", False),
    Channel(Topic.VENDORS_EVENTS, "vendor_event", "Any; the request_id keeps one request's events in order.", False),
    Channel(Topic.SURGES, "surge", "The group.", True),
    Channel(Topic.NOTICES, "notice", "The group.", True),
    Channel(Topic.CAPACITY_REQUESTS, "capacity_request", "group/vendor/skill.", True),
    Channel(Topic.AUDIT, "audit", "The command_id.", True),
)


def asyncapi(version: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """The document. version: of the contracts. examples: plain JSON values by example name.

    >>> document = asyncapi("1", {})
    >>> document["asyncapi"], document["channels"]["tickets.assignments"]["address"]
    ('3.0.0', '{prefix}tickets.assignments')
    """
    messages = {channel.contract: _message(channel, examples) for channel in CHANNELS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Spillway",
            "version": version,
            "description": "Spillway's public topics. Optional fields may be added; anything else is a new version.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.topic: _channel(channel.topic, channel.contract) for channel in CHANNELS}
        | {Topic.DEAD_LETTERS: _channel(Topic.DEAD_LETTERS, "dead_letter")},
        "operations": {
            f"{'send' if channel.written else 'receive'}-{channel.topic}".replace(".", "-"): _operation(
                channel.topic, channel.written
            )
            for channel in CHANNELS
        }
        | {"send-dead-letters": _operation(Topic.DEAD_LETTERS, written=True)},
        "components": {"messages": messages | {"dead_letter": _dead_letter()}},
    }


def _channel(topic: Topic, message: str) -> dict[str, Any]:
    return {
        "address": "{prefix}" + topic,
        "parameters": _PREFIX,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }


def _operation(topic: Topic, written: bool) -> dict[str, Any]:
    return {"action": "send" if written else "receive", "channel": {"$ref": f"#/channels/{topic}"}}


def _key(description: str) -> dict[str, Any]:
    return {"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": "0.5.0"}}


def _message(channel: Channel, examples: Mapping[str, Any]) -> dict[str, Any]:
    event_type = CONTRACTS[channel.contract].event_type
    own = {name: value for name, value in examples.items() if name.partition("-")[0] == channel.contract}
    return {
        "name": event_type,
        "contentType": "application/json",
        "headers": _headers(event_type, required=channel.written),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{channel.contract}.schema.json"},
        },
        "bindings": _key(channel.key),
        "examples": [{"name": name, "payload": value} for name, value in own.items()],
    }


def _headers(event_type: str, *, required: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_type": {"type": "string", "const": event_type},
        "ce_source": {"type": "string", "format": "uri-reference"},
        "ce_id": {"type": "string", "minLength": 1, "description": "The same for the same input."},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"type": "string", "const": "application/json"},
    }
    if not required:  # other producers' own types and content types are let through
        properties["ce_type"] = {"type": "string"}
        properties["content-type"] = {"type": "string"}
        return {"type": "object", "properties": properties}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _dead_letter() -> dict[str, Any]:
    return {
        "name": "dead_letter",
        "summary": "A record that could not be used: its key, bytes (where they fit) and headers, with these too.",
        "headers": {
            "type": "object",
            "properties": {
                name: {"type": "string", "description": description}
                for name, description in (DEAD_LETTER_HEADERS | LEFT_OUT_HEADERS).items()
            },
            "required": list(DEAD_LETTER_HEADERS),
        },
        "bindings": _key("The record's own, or none."),
    }

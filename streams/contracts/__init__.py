"""The contracts of Spillway's public topics: types, checks, headers, ids. Others use what is named here.

>>> from streams.contracts import Message, decode
>>> decode(Message, b"")
Traceback (most recent call last):
    ...
streams.contracts.errors.ContractError: empty_value
"""

from streams.contracts.assignment import Assignment, AssignmentKind, Why, assignment_id
from streams.contracts.audit import Audit, AuditOutcome
from streams.contracts.capacity_request import CapacityRequest, CapacityWhy
from streams.contracts.cloudevents import EventType, Headers, check_headers, event_headers
from streams.contracts.contract import Contract
from streams.contracts.dead_letter import dead_letter_headers, value_left_out
from streams.contracts.decode import decode
from streams.contracts.encode import encode
from streams.contracts.errors import ContractError, Reason
from streams.contracts.feedback import Feedback
from streams.contracts.ids import event_id
from streams.contracts.message import Channel, Message
from streams.contracts.names import BODY_BYTES, is_name
from streams.contracts.notice import Notice, NoticeState
from streams.contracts.rep_status import RepState, RepStatus
from streams.contracts.surge import Surge, SurgeKind, SurgeState
from streams.contracts.ticket_event import TicketEvent, TicketEventKind
from streams.contracts.times import at, rfc3339, seconds
from streams.contracts.triaged_ticket import TriagedTicket, Verdict
from streams.contracts.vendor_event import VendorEvent, VendorEventKind

__all__ = [
    "BODY_BYTES",
    "Assignment",
    "AssignmentKind",
    "Audit",
    "AuditOutcome",
    "CapacityRequest",
    "CapacityWhy",
    "Channel",
    "Contract",
    "ContractError",
    "EventType",
    "Feedback",
    "Headers",
    "Message",
    "Notice",
    "NoticeState",
    "Reason",
    "RepState",
    "RepStatus",
    "Surge",
    "SurgeKind",
    "SurgeState",
    "TicketEvent",
    "TicketEventKind",
    "TriagedTicket",
    "VendorEvent",
    "VendorEventKind",
    "Verdict",
    "Why",
    "assignment_id",
    "at",
    "check_headers",
    "dead_letter_headers",
    "decode",
    "encode",
    "event_headers",
    "event_id",
    "is_name",
    "rfc3339",
    "seconds",
    "value_left_out",
]

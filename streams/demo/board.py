"""What the demo has seen so far: on the world's side what was sent, on the topics' side what the pipeline answered."""

from collections import Counter, deque
from dataclasses import dataclass, field

from streams.contracts import Assignment, AssignmentKind, CapacityRequest, Surge, SurgeKind, TriagedTicket
from streams.local.traffic.records import TimedRecord
from streams.topics import Topic

RECENT = 400


@dataclass(slots=True)
class Board:
    """Counts and newest records. Times are seconds since the epoch, in scenario time."""

    sent: Counter[str] = field(default_factory=Counter)  # records by topic
    expected: set[str] = field(default_factory=set)  # message_ids that must be triaged, once each
    triaged: Counter[str] = field(default_factory=Counter)  # by message_id
    tickets: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    dead_letters: int = 0
    assignments: Counter[str] = field(default_factory=Counter)  # by kind
    recent: deque[TriagedTicket] = field(default_factory=lambda: deque(maxlen=RECENT))
    surges: dict[str, list[tuple[float, Surge]]] = field(default_factory=dict)  # by surge_id, with when it was heard
    requests: list[tuple[float, CapacityRequest]] = field(default_factory=list)
    seats_open: int = 0
    seats_opened_most: int = 0

    def record_sent(self, record: TimedRecord) -> None:
        """The world wrote a record."""
        self.sent[record.topic] += 1
        if record.topic == Topic.MESSAGES_RAW and record.truth is not None:
            self.expected.add(record.truth.message_id)

    def heard_triaged(self, ticket: TriagedTicket) -> None:
        """A message was triaged."""
        self.triaged[ticket.message_id] += 1
        self.tickets.add(ticket.conversation_id)
        self.recent.append(ticket)

    def heard_assignment(self, assignment: Assignment) -> None:
        """A decision about a ticket."""
        self.assignments[assignment.kind] += 1
        if assignment.kind in (AssignmentKind.ASSIGNED, AssignmentKind.OVERFLOWED):
            self.decided.add(assignment.ticket_id)

    def heard_surge(self, surge: Surge, heard_s: float) -> None:
        """A surge began, changed or ended. Other kinds than of volume are not what the demo shows."""
        if surge.kind is SurgeKind.VOLUME:
            self.surges.setdefault(surge.surge_id, []).append((heard_s, surge))

    def seats(self, open_now: int) -> None:
        """How many seats the vendor has open."""
        self.seats_open = open_now
        self.seats_opened_most = max(self.seats_opened_most, open_now)

    @property
    def lost(self) -> int:
        """Messages that were sent whole and not triaged (yet)."""
        return len(self.expected - self.triaged.keys())

    @property
    def duplicated(self) -> int:
        """Times that a message was triaged again."""
        return self.triaged.total() - len(self.triaged)

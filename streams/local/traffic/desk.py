"""What everyone in the simulated organisation shares: time, chance, the tickets, and the way out for records."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from streams.contracts import TicketEvent, TicketEventKind, at, encode
from streams.local.traffic.agenda import Agenda
from streams.local.traffic.records import Labels, TimedRecord, Truth
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.scorecard import Scorecard
from streams.topics import Topic

TicketState = Literal["waiting", "held", "asleep", "resolved"]

_CHANNEL_WORK_S: Final = {"email": 170.0, "chat": 145.0, "sms": 105.0, "social": 110.0, "voice": 190.0, "form": 160.0}
_TOPIC_WORK: Final = {
    "account": 0.9, "billing": 1.1, "cancellation": 1.0, "delivery": 0.85, "outage": 0.6, "product": 0.85,
    "refund": 1.1, "security": 1.3, "technical": 1.3, "other": 0.7,
}  # fmt: skip
_SPREAD: Final = 0.5


@dataclass(slots=True, eq=False)
class Ticket:
    """A conversation as the world knows it.

    rng: its own chance, so that the same customers come whatever happens to others. epoch: the newest that was heard.
    rep_id: who accepted it last.
    work_s: how long an average rep is busy with it. on_answer: whoever waits for the customer's answer.
    """

    ticket_id: str
    rng: random.Random
    channel: str
    language: str
    labels: Labels
    opened_s: float
    customer_id: str
    first_message_id: str
    work_s: float
    epoch: int = -1
    rep_id: str = ""
    state: TicketState = "waiting"
    messages: int = 0
    answered: bool = False
    on_answer: Callable[[], None] | None = None


class Desk:
    """Time, chance, tickets and the records on their way out."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.agenda = Agenda(scenario.start_s)
        self.scorecard = Scorecard(scenario)
        self.tickets: dict[str, Ticket] = {}
        self.tag = blake2b(f"{scenario.name}/{seed}".encode(), digest_size=3).hexdigest()
        self._out: list[TimedRecord] = []

    @property
    def now_s(self) -> float:
        """Scenario time, in seconds since the epoch."""
        return self.agenda.now_s

    def chance(self, whose: str) -> random.Random:
        """A generator of its own for whoever is named."""
        return random.Random(f"{self.seed}/{whose}")

    def emit(self, topic: str, key: str, value: bytes, truth: Truth | None = None) -> None:
        """A record leaves the world now."""
        self._out.append(TimedRecord(self.now_s, topic, key.encode(), value, truth))

    def emit_event(self, ticket: Ticket, kind: TicketEventKind, rep_id: str) -> None:
        """Something happened to a ticket, under the newest epoch that is known."""
        event = TicketEvent(
            ticket_id=ticket.ticket_id,
            group=self.scenario.group,
            kind=kind,
            epoch=ticket.epoch,
            at=at(self.now_s),
            rep_id=rep_id,
        )
        self.emit(Topic.TICKETS_EVENTS, ticket.ticket_id, encode(event))

    def take_out(self) -> list[TimedRecord]:
        """What has left since it was last asked, in order of time."""
        out, self._out = self._out, []
        return out


def lognormal(rng: random.Random, median: float, spread: float) -> float:
    """A duration as people's are: never negative, some far longer than most."""
    return median * rng.lognormvariate(0.0, spread)


def work_s(rng: random.Random, topic: str, channel: str) -> float:
    """How long an average rep is busy with a ticket.

    Lognormal, as handling times are: Brown et al., Statistical Analysis of a Telephone Call Center (JASA 2005).
    """
    return lognormal(rng, _CHANNEL_WORK_S[channel] * _TOPIC_WORK[topic], _SPREAD)

"""A helpdesk in a few words: what the examples of this folder are told with."""

from collections.abc import Callable

import pytest

from routers.matching import Decision, Policy, RepStatus, Router, Seats, TicketEvent, TicketTriaged


class Helpdesk:
    """A Router with a clock that the example moves, the epochs it has said, and the rows it has written."""

    def __init__(self, policy: Policy) -> None:
        self.router = Router(policy)
        self.now_s = 1_000_000.0
        self.epochs: dict[str, int] = {}
        self.rows: dict[bytes, bytes] = {}
        self._messages = 0

    def rep(self, rep_id: str, state: str = "online", pool: str = "home", **fields: object) -> list[Decision]:
        self.now_s += 0.001  # a status must be newer than the one before
        return self._apply(RepStatus(rep_id, pool, state, at_s=self.now_s, **fields))

    def message(self, ticket_id: str, **fields: object) -> list[Decision]:
        self._messages += 1
        return self._apply(TicketTriaged(ticket_id, f"m-{self._messages}", **fields))

    def event(self, ticket_id: str, kind: str, rep_id: str | None = None, epoch: int | None = None) -> list[Decision]:
        self.now_s += 0.001
        epoch = self.epochs.get(ticket_id, 0) if epoch is None else epoch
        return self._apply(TicketEvent(ticket_id, kind, epoch, at_s=self.now_s, rep_id=rep_id))

    def seats(self, seats: int, for_s: float = 1e6, pool: str = "acme") -> list[Decision]:
        return self._apply(Seats(pool, seats, self.now_s + for_s))

    def wait(self, seconds: float) -> list[Decision]:
        self.now_s += seconds
        return self._note(self.router.tick(self.now_s))

    def _apply(self, command: RepStatus | TicketTriaged | TicketEvent | Seats) -> list[Decision]:
        return self._note(self.router.apply(command, self.now_s))

    def _note(self, decisions: list[Decision]) -> list[Decision]:
        self.epochs.update((d.ticket_id, d.epoch) for d in decisions)
        for key, value in self.router.changed_rows().items():
            if value is None:
                del self.rows[key]
            else:
                self.rows[key] = value
        return decisions


@pytest.fixture
def helpdesk() -> Callable[..., Helpdesk]:
    return lambda policy=None: Helpdesk(policy or Policy.default())


@pytest.fixture
def desk() -> Helpdesk:
    return Helpdesk(Policy.default())

"""A world and a real Router, without anything between them: what triage would say is taken from the truth."""

from detectors.text.effort import effort_units
from routers.matching import Decision, Policy, RepStatus, Router, TicketEvent, TicketTriaged
from routers.matching.policy import OTHERS, Pool, Queue
from streams.contracts import RepStatus as RepRecord
from streams.contracts import TicketEvent as EventRecord
from streams.contracts import decode
from streams.local.traffic.records import TimedRecord
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.simulation import World
from tests.local.traffic.support import assign


class Routed:
    """Stepped together, two seconds at a time."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        assert scenario.vendor is not None
        self.world = World(scenario, seed)
        queue = Queue("default", topics=[OTHERS], sla_s={str(key): value for key, value in scenario.sla_s.items()})
        pools = [Pool("home"), Pool(scenario.vendor.name, kind="vendor")]
        self.router = Router(Policy(scenario.group, [queue], pools))

    def run_until(self, until_s: float) -> None:
        while (now_s := min(self.world.now_s + 2.0, until_s)) > self.world.now_s:
            decisions: list[Decision] = []
            for record in self.world.step_until(now_s):
                decisions += self._tell(record, now_s)
            for decision in decisions + self.router.tick(now_s):
                told = assign(decision.ticket_id, decision.rep_id or "", decision.epoch, now_s, decision.kind)
                self.world.on_assignment(told, now_s)

    def _tell(self, record: TimedRecord, now_s: float) -> list[Decision]:
        match str(record.topic):
            case "messages.raw" if record.truth is not None:
                truth, labels = record.truth, record.truth.labels
                effort = effort_units(labels.topic, truth.channel, len(record.value))
                command: TicketTriaged | RepStatus | TicketEvent = TicketTriaged(
                    truth.ticket_id,
                    truth.message_id,
                    urgency=labels.urgency,
                    topic=labels.topic,
                    language=truth.language,
                    channel=truth.channel,
                    effort_units=effort,
                )
            case "reps.status":
                status = decode(RepRecord, record.value)
                command = RepStatus(
                    status.rep_id,
                    status.pool,
                    status.state.value,
                    status.at_s,
                    languages=status.languages,
                    channels=tuple(channel.value for channel in status.channels),
                    capacity_units=status.capacity_units,
                )
            case "tickets.events":
                event = decode(EventRecord, record.value)
                command = TicketEvent(event.ticket_id, event.kind.value, event.epoch, event.at_s, event.rep_id)
            case _:
                return []
        return self.router.apply(command, now_s)

"""Two workers, one killed, one frozen, while messages come in: each counts once, says Kafka's own consumer too."""

import csv
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable

import orjson
import pytest

from streams.cli.errors import ExitCode
from tests.flow.deployment import SPILLWAY, Deployment, eventually
from tests.flow.records import messages, rep

pytestmark = pytest.mark.timeout(2_400)  # more than all that it may wait for
MESSAGES = 2_000
REPEAT = 5
RATE_PER_S = 500


def count_with_kafkas_own_consumer(spillway: Deployment, topic: str, expected: int) -> int:
    """How many records it reads before none came for a while: a longer one if it read fewer than ``expected``.

    Its while begins before it has started, and has joined its group.
    """
    count = 0
    for silent_ms in ("5000", "30000"):
        command = spillway.broker.tool(
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            *("--bootstrap-server", spillway.broker.bootstrap, "--topic", spillway.prefix + topic, "--from-beginning"),
            *("--isolation-level", "read_committed", "--timeout-ms", silent_ms),
        )
        done = subprocess.run(command, capture_output=True, timeout=150)
        count = len(done.stdout.splitlines())
        if count >= expected:
            break
    return count


def test_every_message_counts_once_through_a_kill_and_a_freeze(deploy: Callable[..., Deployment]) -> None:
    spillway = deploy()
    first, second = spillway.start_worker(), spillway.start_worker()
    first.until_ready()
    second.until_ready()
    for number in range(20):
        spillway.send("reps.status", b"rep-%d" % number, rep(f"rep-{number}", time.time(), capacity_units=40))
    spillway.flush()
    table = spillway.folder / "messages.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["body", "language", "tenant"])
        writer.writeheader()
        writer.writerows(messages(MESSAGES))

    command = [*SPILLWAY, "replay", str(table), "--repeat", str(REPEAT), "--rate", str(RATE_PER_S), "--json"]

    def start_replay() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=spillway.environ, stdout=subprocess.PIPE)

    def came_in() -> int:
        return spillway.triage_totals()["received"]

    replay = start_replay()

    def messages_come_in() -> bool:
        nonlocal replay
        if replay.poll() == ExitCode.UNREACHABLE:  # a busy broker took longer to answer than commands wait
            replay = start_replay()
        return came_in() > 1_500

    eventually(messages_come_in, 120, "messages come in")
    first.kill()
    third = spillway.start_worker()
    eventually(lambda: came_in() > 4_000, 120, "the others took over")
    second.freeze()
    eventually(lambda: came_in() > 6_500, 120, "the rest took over from the frozen one")
    second.thaw()
    summary = orjson.loads(replay.communicate(timeout=240)[0].splitlines()[-1])
    sent = MESSAGES * REPEAT
    assert (summary["sent"], summary["refused"]) == (sent, 0)
    eventually(lambda: came_in() == sent, 120, "everything came in")
    third.until_ready()
    second.until_ready()

    status = eventually(lambda: (now := spillway.status())["lag"] == 0 and now, 120, "nothing is unread anywhere")
    totals = status["totals"]["triage"]
    assert totals["received"] == totals["triaged"] == sent
    assert (totals["duplicates"], totals["dead_letters"]) == (0, 0)
    # Nobody accepts here, so every ticket waits or is reserved: none is lost, none is counted twice.
    assert sum(status["tickets"].values()) == sent
    assert count_with_kafkas_own_consumer(spillway, "tickets.triaged", sent) == sent

    triaged = Counter(orjson.loads(record.value())["message_id"] for record in spillway.read("tickets.triaged"))
    assert len(triaged) == sent
    assert set(triaged.values()) == {1}
    assignments = [orjson.loads(record.value()) for record in spillway.read("tickets.assignments")]
    counted = count_with_kafkas_own_consumer(spillway, "tickets.assignments", len(assignments))
    assert counted >= len(assignments) > 0
    ids = Counter(assignment["assignment_id"] for assignment in assignments)
    assert set(ids.values()) == {1}
    epochs = defaultdict(list)
    for assignment in assignments:
        epochs[assignment["ticket_id"]].append(assignment["epoch"])
    assert all(mine == sorted(set(mine)) for mine in epochs.values())
    assert second.stop() == 0
    assert third.stop() == 0

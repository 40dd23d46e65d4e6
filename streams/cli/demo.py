"""``spillway demo``: a surge day on a real broker, live in the terminal, in a few minutes."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.live import Live as Screen

from streams.app import App, build
from streams.cli.errors import CommandError, ExitCode, broker_errors
from streams.cli.kafka import admin_client
from streams.demo.live import Live, worker_says
from streams.demo.once_more import OnceMore
from streams.demo.organisation import organisation
from streams.demo.summary import summarise, tell
from streams.demo.view import clock_text, percent, render
from streams.demo.warming import history_records
from streams.demo.worker import Order
from streams.local import LocalBroker, LocalBrokerError
from streams.local.ports import free_ports
from streams.local.process import SupervisedProcess
from streams.local.traffic.scenario import Scenario, ScenarioError, load_scenario
from streams.topic_admin import TopicAdmin
from streams.topics import Topic

LEAD_S = 35.0
READY_S = 90.0
LINE_EVERY_S = 10.0
SIMULATIONS_S = 180.0


def demo(scenario_name: str, speed: float, seed: int, bootstrap: str | None, *, as_json: bool) -> ExitCode:
    """Run it to its summary. Raises CommandError in plain words; nothing is left running or lying about."""
    console = Console(stderr=as_json, highlight=False)
    console.soft_wrap = not console.is_terminal  # a file's lines are wrapped by whoever reads it
    try:
        scenario = load_scenario(scenario_name)
    except ScenarioError as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error
    folder = Path(tempfile.mkdtemp(prefix="spillway-demo-"))
    minutes = (scenario.end_s - scenario.start_s) / speed / 60
    console.print(f"[bold]{scenario.title}[/bold]")
    console.print(f"Setting up takes about a minute, the day {minutes:.1f} minutes at {speed:g} times its pace.")
    try:
        with _broker(bootstrap, console.print) as address, broker_errors(address):
            outcome, lines = _play(scenario_name, scenario, speed, seed, address, folder, console)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    console.print()
    for line in lines:
        console.print(line)
    console.print("Next: docs/commands.md for your own messages, deploy/ for your own servers.")
    if as_json:
        sys.stdout.write(orjson.dumps(outcome).decode() + "\n")
    return ExitCode.OK


@contextmanager
def _broker(bootstrap: str | None, say: Callable[[str], None]) -> Iterator[str]:
    if bootstrap is not None:
        say(f"Using the Kafka at {bootstrap}.")
        yield bootstrap
        return
    say("Starting a local Apache Kafka (the first time its jars are fetched: half a minute).")
    try:
        with LocalBroker() as broker:
            yield broker.bootstrap
    except LocalBrokerError as error:
        raise CommandError(ExitCode.FAILED, str(error)) from error


def _play(
    name: str, scenario: Scenario, speed: float, seed: int, bootstrap: str, folder: Path, console: Console
) -> tuple[dict[str, Any], list[str]]:
    prefix = f"demo-{int(time.time())}."
    console.print("Making topics, and four weeks of history for the surge detectors.")
    unscaled = build(organisation(scenario, bootstrap=bootstrap, prefix=prefix))
    _make_topics(unscaled)
    history = list(history_records(scenario, unscaled.triage(), seed))
    origin_s = time.time() + LEAD_S
    app = build(organisation(scenario, bootstrap=bootstrap, prefix=prefix, origin_s=origin_s, speed=speed))
    [port, *_] = free_ports()
    order = Order(name, bootstrap, prefix, origin_s, speed, port)
    argv = [sys.executable, "-m", "streams.demo.worker", msgspec.json.encode(order).decode()]
    console.print(f"Starting a worker with all seven stages; its metrics: http://127.0.0.1:{port}/metrics")
    worker = SupervisedProcess([argv], folder / "worker.log")
    simulations = None
    try:
        asyncio.run(_warm(app, [(send.key, send.value) for send in history], port, worker))
        late_s = time.time() - origin_s
        if late_s > 0:
            raise CommandError(
                ExitCode.FAILED, f"setting up took {late_s:.0f} s too long: this machine is too busy for a demo now"
            )
        live = _watch(app, scenario, seed, console)
        duplicates = _counted(port, 'event="duplicates",stage="triage"')
        worker.terminate(20.0)
        console.print("The same day in memory, with the vendor and without it: about a minute.")
        simulations = OnceMore(name, seed, folder)
        simulated = simulations.results(SIMULATIONS_S)
    finally:
        if simulations is not None:
            simulations.stop()
        worker.terminate(20.0)
    outcome = summarise(live, duplicates, simulated)
    return outcome, [*tell(live, outcome), *_side_by_side(simulated)]


def _make_topics(app: App) -> None:
    with admin_client(app.clients) as admin:
        topics = TopicAdmin(admin, app.table)
        topics.apply(topics.plan())


async def _warm(
    app: App, history: list[tuple[bytes | None, bytes | None]], port: int, worker: SupervisedProcess
) -> None:
    """Send the history, wait until the worker is ready and the surge stage has learned it."""
    producer = AIOKafkaProducer(**app.clients.connection(), enable_idempotence=True)
    await producer.start()
    for key, value in history:
        await producer.send(app.table.physical(Topic.VOLUME_COUNTS), value, key=key)
    await producer.stop()
    deadline_s = time.monotonic() + READY_S
    while worker_says(port, "/ready")[0] != 200 or _counted(port, 'stage="surge",topic="volume.counts"') < len(history):
        if not worker.running or time.monotonic() > deadline_s:
            raise CommandError(ExitCode.FAILED, "the worker did not get ready")
        await asyncio.sleep(0.2)


def _counted(port: int, labels: str) -> int:
    """A counter of the worker's, by its labels."""
    for line in worker_says(port, "/metrics")[1].splitlines():
        if labels in line and "_total{" in line:
            return int(float(line.rpartition(" ")[2]))
    return 0


def _watch(app: App, scenario: Scenario, seed: int, console: Console) -> Live:
    if console.is_terminal:
        with Screen(console=console, refresh_per_second=4, transient=True) as screen:
            live = Live(app, scenario, seed, lambda live: screen.update(render(live)))
            asyncio.run(live.play())
        return live
    said_s = [0.0]

    def say(live: Live) -> None:
        if live.now_s >= scenario.start_s and time.monotonic() - said_s[0] >= LINE_EVERY_S:
            said_s[0] = time.monotonic()
            board = live.board
            level = live.world.scorecard.service(live.world.now_s, from_s=live.world.now_s - 1_800.0).service_level
            console.print(
                f"{clock_text(live.now_s)}  triaged {board.triaged.total():,}  tickets {len(board.tickets):,}  "
                f"in time {percent(level)}  surges {len(board.surges)}  seats open {board.seats_open}"
            )

    live = Live(app, scenario, seed, say)
    asyncio.run(live.play())
    return live


def _side_by_side(simulated: dict[str, Any]) -> list[str]:
    lines = []
    for kind, result in simulated.items():
        levels = ", ".join(f"{name} {percent(level)}" for name, level in result["service_level"].items())
        lines.append(f"In memory, {kind.replace('_', ' ')}: answered in time {levels}.")
    return lines

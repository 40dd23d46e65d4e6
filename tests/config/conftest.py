"""A file to load, and what is wrong with it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from streams.config import ConfigError, Settings, load

Load = Callable[..., Settings]
Problems = Callable[..., list[str]]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Loads a text as spillway.toml, with nothing in the environment but what is given."""

    def load_it(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "spillway.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, environ or {})

    return load_it


@pytest.fixture
def problems_of(load_text: Load, tmp_path: Path) -> Problems:
    """What load says of a text that it refuses, a line a problem, without the folder."""

    def refuse(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as refused:
            load_text(text, environ)
        assert [str(problem) for problem in refused.value.problems] == str(refused.value).split("\n")
        return str(refused.value).replace(f"{tmp_path}/", "").split("\n")

    return refuse

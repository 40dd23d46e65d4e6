"""The page for people says what the code does."""

import subprocess
import sys
import tomllib
from pathlib import Path

from streams.config import Settings
from streams.config.environment import settable, variable
from streams.config.reference import reference, toml
from streams.config.section import described_section

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_is_as_the_code_would_write_it_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: python -m streams.config.reference docs/configuration.md"
    )


def test_the_module_writes_the_page(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    subprocess.run([sys.executable, "-m", "streams.config.reference", file], check=True, timeout=60)
    assert file.read_text(encoding="utf-8") == reference()


def test_every_variable_is_on_the_page() -> None:
    for path in settable(described_section(Settings)):
        assert f"| `{variable(path)}` |" in reference()


def test_every_row_has_as_many_cells_as_its_heading() -> None:
    cells = 0
    for line in reference().splitlines():
        if line.startswith("| setting"):
            cells = line.count("|")
        if line.startswith("| "):
            assert line.count("|") == cells


def test_defaults_are_written_in_toml() -> None:
    for value in (1_000_000, 0.05, 3600.0, 'a"\\b', ("a",), {"*": 1, "a": True}):
        assert tomllib.loads(f"x = {toml(value)}")["x"] == (list(value) if isinstance(value, tuple) else value)

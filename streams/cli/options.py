"""What commands share: the options that many have, and what they make of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.errors import CommandError, ExitCode

if TYPE_CHECKING:
    from streams.app import App
    from streams.config import Settings

DEFAULT_FILE = Path("spillway.toml")

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Configuration; ./spillway.toml if it is there.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def settings_of(config: Path | None) -> "Settings":
    """The configuration from ``config``, else from spillway.toml if it is there, else the defaults.

    Raises CommandError that names every problem.
    """
    from streams.config import ConfigError, load

    file = config if config is not None else DEFAULT_FILE if DEFAULT_FILE.exists() else None
    try:
        return load(file)
    except ConfigError as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error


def app_of(settings: "Settings") -> "App":
    """All stages and their topics. Loads the libraries, which takes a second: only where they are needed."""
    from streams.app import build

    return build(settings)


def sources_of(app: "App") -> list[tuple[str, str]]:
    """Every stage's name with each topic that it reads."""
    return [(spec.name, source) for spec in app.stages for source in spec.sources]


def stage_names(app: "App", chosen: str | None) -> list[str]:
    """The stages named in ``chosen``, by commas; None: all. Raises CommandError for one that there is not."""
    known = [spec.name for spec in app.stages]
    if chosen is None:
        return known
    names = [name.strip() for name in chosen.split(",")]
    for name in names:
        if name not in known:
            raise CommandError(ExitCode.USAGE, f"no stage {name!r}; there are: {', '.join(known)}")
    return names

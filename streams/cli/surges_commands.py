"""``spillway surges``: its commands are only declared here; each loads what it needs when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Config, Json, app_of, settings_of

if TYPE_CHECKING:
    from streams.cli.surges import Place
    from streams.config import Settings

surges_app = typer.Typer(help="Surges of messages.", no_args_is_help=True, rich_markup_mode=None)


@surges_app.command("list")
def surges_list(
    group: Annotated[str | None, typer.Option(metavar="NAME", help="Only this group.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show the surges that are on."""
    from streams.cli.surges import open_surges

    open_surges(_place(settings_of(config), group), as_json=as_json)


@surges_app.command("explain")
def surges_explain(
    series: Annotated[str, typer.Argument(metavar="SERIES", help="all, channel:chat, topic:billing ...")],
    at: Annotated[str, typer.Option(metavar="TIME", help="Like 2026-03-10T12:00:00Z.")],
    group: Annotated[str | None, typer.Option(metavar="NAME", help="Of which group, if there are several.")] = None,
    around: Annotated[float, typer.Option(metavar="MIN", min=1, max=1440, help="Minutes before and after.")] = 30.0,
    picture: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw it into a file, too.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what a series' detector saw at some time, and what it made of it."""
    from streams.cli.surges import explain

    settings = settings_of(config)
    built = app_of(settings)
    place = _place(settings, group)
    explain(place, built.bank, built.clock.scale, series, at, around * 60.0, picture=picture, as_json=as_json)


@surges_app.command("warm")
def surges_warm(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv with a header, or .jsonl: time, count, slice.")],
    group: Annotated[str | None, typer.Option(metavar="NAME", help="Of which group, if there are several.")] = None,
    config: Config = None,
) -> None:
    """Teach the detectors of a group what was usual before, from a file of counts."""
    from streams.cli.surges import warm

    warm(_place(settings_of(config), group), file)


def _place(settings: "Settings", group: str | None) -> "Place":
    from streams.cli.surges import Place

    app = app_of(settings)
    return Place(app.clients, app.table, tuple(each.name for each in settings.groups), group)

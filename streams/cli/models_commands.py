"""``spillway models``: its commands are only declared here; each loads what it needs when it runs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from streams.cli.errors import CommandError, ExitCode
from streams.cli.options import Config, Json, app_of, settings_of

models_app = typer.Typer(help="The models of triage, and their versions.", no_args_is_help=True, rich_markup_mode=None)

VersionNumber = Annotated[
    int, typer.Argument(metavar="VERSION", min=0, help="As `models list` names it; 0: as shipped.")
]
Task = Literal["urgency", "sentiment", "topic"]


@models_app.command("list")
def models_list(as_json: Json = False, config: Config = None) -> None:
    """Show the published versions, newest first."""
    from streams.cli import models

    models.list_versions(app_of(settings_of(config)), as_json=as_json)


@models_app.command("show")
def models_show(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", min=0, help="Else: as they are now.")] = None,
    task: Annotated[Task | None, typer.Option(help="Only this one.")] = None,
    language: Annotated[str, typer.Option(metavar="LANG", help="Of the diagrams: en, fr ..., other.")] = "all",
    picture: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the diagrams there.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show how good the models are: by task and language, reliability diagram, confusion matrix."""
    from streams.cli.quality import show_quality

    built = app_of(settings_of(config))
    show_quality(built, version, task=task, language=language, file=picture, as_json=as_json)


@models_app.command("rollback")
def models_rollback(version: VersionNumber, as_json: Json = False, config: Config = None) -> None:
    """Turn all models back to a version; from there they learn on."""
    from streams.cli import models

    models.rollback(app_of(settings_of(config)), version, as_json=as_json)


@models_app.command("pin")
def models_pin(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", min=0, help="Else: the newest.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Hold all models at a version: nothing more is learned until `unpin`."""
    from streams.cli import models

    models.pin(app_of(settings_of(config)), version, as_json=as_json)


@models_app.command("unpin")
def models_unpin(as_json: Json = False, config: Config = None) -> None:
    """Let the models learn again."""
    from streams.cli import models

    models.unpin(app_of(settings_of(config)), as_json=as_json)


@models_app.command("compare")
def models_compare(
    task: Annotated[Task, typer.Argument(metavar="TASK", help="urgency, sentiment or topic.")],
    river: Annotated[
        str | None, typer.Option(metavar="MODULE:FUNCTION", help="What makes the model; else as in spillway.toml.")
    ] = None,
    last: Annotated[int, typer.Option(metavar="N", min=1, help="By the newest N labels.")] = 10_000,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Run a model of River's against ours on the labels that have come in."""
    from streams.cli.compare import compare

    settings = settings_of(config)
    factory = river or settings.models.river().get(task)
    if factory is None:
        raise CommandError(ExitCode.USAGE, f"name a model of River's: --river, or river in [models.{task}]")
    compare(app_of(settings), task, factory, last=last, as_json=as_json)

"""The command ``spillway``. Commands are only declared here; each loads what it needs when it runs, so help is fast."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from streams.cli.check import check
from streams.cli.errors import CommandError, ExitCode
from streams.cli.output import complain

if TYPE_CHECKING:
    from streams.app import App
    from streams.cli.surges import Place
    from streams.config import Settings

DEFAULT_FILE = Path("spillway.toml")

app = typer.Typer(
    help="Turns floods of customer messages on Apache Kafka into triaged, fairly routed tickets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
topics_app = typer.Typer(help="The broker's topics.", no_args_is_help=True, rich_markup_mode=None)
state_app = typer.Typer(help="The state of stages.", no_args_is_help=True, rich_markup_mode=None)
models_app = typer.Typer(help="The models of triage, and their versions.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
surges_app = typer.Typer(help="Surges of messages.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(topics_app, name="topics")
app.add_typer(state_app, name="state")
app.add_typer(surges_app, name="surges")

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Configuration; ./spillway.toml if it is there.")
]
VersionNumber = Annotated[
    int, typer.Argument(metavar="VERSION", min=0, help="As `models list` names it; 0: as shipped.")
]
Task = Literal["urgency", "sentiment", "topic"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command()
def worker(
    stages: Annotated[str | None, typer.Option(metavar="A,B", help="Only these stages; else all.")] = None,
    instance: Annotated[
        str | None, typer.Option(metavar="NAME", help="A name that stays over restarts (static membership).")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Of /live, /ready, /metrics; 0: none.")] = None,
    config: Config = None,
) -> None:
    """Run stages until SIGTERM or SIGINT."""
    from streams.cli.worker import work

    settings = _settings(config)
    built = _build(settings)
    work(built, _stage_names(built, stages), instance, settings.web.host, settings.web.port if port is None else port)


@topics_app.command("plan")
def topics_plan(as_json: Json = False, config: Config = None) -> None:
    """Show what `topics apply` would do."""
    from streams.cli import topics

    settings = _settings(config)
    built = _build(settings)
    topics.plan(built.clients, built.table, settings.kafka.replication, as_json=as_json)


@topics_app.command("apply")
def topics_apply(as_json: Json = False, config: Config = None) -> None:
    """Create topics, correct their settings, add partitions where that is safe."""
    from streams.cli import topics

    settings = _settings(config)
    built = _build(settings)
    topics.apply(built.clients, built.table, settings.kafka.replication, as_json=as_json)


@app.command()
def demo(
    scenario: Annotated[
        str, typer.Option(metavar="NAME", help="outage-x3, short-blip, sick-evening ...; or a .toml file of your own.")
    ] = "outage-x3",
    speed: Annotated[float, typer.Option(metavar="X", min=1, max=90, help="How many times real time.")] = 60.0,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Another day of the same kind.")] = 1,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show a surge day on a local broker, live, in about five minutes."""
    from streams.cli.demo import demo

    configured = config is not None or os.environ.get("SPILLWAY_KAFKA__BOOTSTRAP")
    bootstrap = _settings(config).kafka.bootstrap if configured else None
    raise typer.Exit(demo(scenario, speed, seed, bootstrap, as_json=as_json))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv with a header, or .jsonl.")],
    rate: Annotated[float | None, typer.Option(metavar="N", help="Messages a second, evenly.")] = None,
    speed: Annotated[float | None, typer.Option(metavar="X", help="At X times the pace of their sent_at.")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="A column is a field; repeatable.")
    ] = None,
    repeat: Annotated[int, typer.Option(metavar="N", min=1, help="The whole file N times.")] = 1,
    run: Annotated[str | None, typer.Option(metavar="NAME", help="Begins every id; else random.")] = None,
    tenant: Annotated[str, typer.Option(metavar="NAME", help="For messages without one.")] = "default",
    channel: Annotated[str, typer.Option(metavar="NAME", help="For messages without one.")] = "chat",
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Send a file of messages to messages.raw."""
    from streams.cli.messages import parse_mapping
    from streams.cli.replay import ReplayOptions, replay

    if rate is not None and speed is not None:
        raise CommandError(ExitCode.USAGE, "--rate or --speed, not both")
    for name, value in (("--rate", rate), ("--speed", speed)):
        if value is not None and not value > 0:
            raise CommandError(ExitCode.USAGE, f"{name} must be above 0")
    options = ReplayOptions(
        file, parse_mapping(mapping or []), rate, speed, repeat, run, tenant, channel, strict, as_json
    )
    built = _build(_settings(config))
    raise typer.Exit(replay(built.clients, built.table, options))


app.command("check", short_help="Tell what is wrong with a configuration, or what it says.")(check)


@app.command()
def status(as_json: Json = False, config: Config = None) -> None:
    """Show how far every stage is, and where tickets stand."""
    from streams.cli.status import status

    built = _build(_settings(config))
    raise typer.Exit(status(built.clients, built.table, _sources(built), as_json=as_json))


@state_app.command("reset")
def state_reset(
    stage: Annotated[str, typer.Argument(metavar="STAGE")],
    to: Annotated[str, typer.Option(metavar="start|end|OFFSET", help="The next record to read.")],
    topic: Annotated[str | None, typer.Option(metavar="TOPIC", help="Only this source, without prefix.")] = None,
    partition: Annotated[int | None, typer.Option(metavar="P", min=0, help="Only this partition.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Say where a stage reads on, when its state does not fit its source. Stop its workers first."""
    from streams.cli.state import reset

    built = _build(_settings(config))
    _stage_names(built, stage)
    sources = [(name, source) for name, source in _sources(built) if name == stage and topic in (None, source)]
    if not sources:
        known = ", ".join(source for name, source in _sources(built) if name == stage)
        raise CommandError(ExitCode.USAGE, f"{stage} does not read {topic}; it reads: {known}")
    if to not in ("start", "end"):
        if not to.isascii() or not to.isdigit():
            raise CommandError(ExitCode.USAGE, f"--to takes start, end or an offset, not {to!r}")
        if partition is None or len(sources) > 1:
            raise CommandError(ExitCode.USAGE, "an offset needs --partition, and --topic if the stage reads several")
    reset(built.clients, built.table, sources, to=to, partition=partition, yes=yes)


@models_app.command("list")
def models_list(as_json: Json = False, config: Config = None) -> None:
    """Show the published versions, newest first."""
    from streams.cli import models

    models.list_versions(_build(_settings(config)), as_json=as_json)


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

    built = _build(_settings(config))
    show_quality(built, version, task=task, language=language, file=picture, as_json=as_json)


@models_app.command("rollback")
def models_rollback(version: VersionNumber, as_json: Json = False, config: Config = None) -> None:
    """Turn all models back to a version; from there they learn on."""
    from streams.cli import models

    models.rollback(_build(_settings(config)), version, as_json=as_json)


@models_app.command("pin")
def models_pin(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", min=0, help="Else: the newest.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Hold all models at a version: nothing more is learned until `unpin`."""
    from streams.cli import models

    models.pin(_build(_settings(config)), version, as_json=as_json)


@models_app.command("unpin")
def models_unpin(as_json: Json = False, config: Config = None) -> None:
    """Let the models learn again."""
    from streams.cli import models

    models.unpin(_build(_settings(config)), as_json=as_json)


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

    settings = _settings(config)
    factory = river or settings.models.river().get(task)
    if factory is None:
        raise CommandError(ExitCode.USAGE, f"name a model of River's: --river, or river in [models.{task}]")
    compare(_build(settings), task, factory, last=last, as_json=as_json)


@surges_app.command("list")
def surges_list(
    group: Annotated[str | None, typer.Option(metavar="NAME", help="Only this group.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show the surges that are on."""
    from streams.cli.surges import open_surges

    open_surges(_place(_settings(config), group), as_json=as_json)


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

    settings = _settings(config)
    built = _build(settings)
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

    warm(_place(_settings(config), group), file)


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; answers its exit code."""
    from streams.factories import FactoryError
    from streams.logs import place, silence_libraries

    silence_libraries()
    try:
        code = app(arguments, prog_name="spillway", standalone_mode=False)
    except CommandError as error:
        for line in str(error).splitlines():  # a configuration may have several problems
            complain(f"spillway: {line}")
        return error.code
    except FactoryError as error:
        complain(f"spillway: {error}")
        return ExitCode.USAGE
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except OSError as error:
        # A certificate or a password file that is not there; the system's words hold no record's text.
        complain(f"spillway: {error.filename or 'system'}: {error.strerror}")
        return ExitCode.FAILED
    except Exception as error:
        # Typer's own errors, by what they can do: their class moved between its versions.
        tell = getattr(error, "format_message", None)
        if tell is not None:
            text = tell()
            complain(text if text.startswith("Usage:") else f"spillway: {text}")  # help, where no command was named
            return ExitCode.USAGE
        # Its own text could quote a record.
        complain(f"spillway: internal error: {type(error).__name__} at {place(error)}. Please report it.")
        return ExitCode.FAILED
    return code if isinstance(code, int) else ExitCode.OK


def _settings(config: Path | None) -> "Settings":
    from streams.config import ConfigError, load

    file = config if config is not None else DEFAULT_FILE if DEFAULT_FILE.exists() else None
    try:
        return load(file)
    except ConfigError as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error


def _build(settings: "Settings") -> "App":
    from streams.app import build

    return build(settings)


def _place(settings: "Settings", group: str | None) -> "Place":
    from streams.cli.surges import Place

    built = _build(settings)
    return Place(built.clients, built.table, tuple(each.name for each in settings.groups), group)


def _sources(built: "App") -> list[tuple[str, str]]:
    return [(spec.name, source) for spec in built.stages for source in spec.sources]


def _stage_names(built: "App", chosen: str | None) -> list[str]:
    known = [spec.name for spec in built.stages]
    if chosen is None:
        return known
    names = [name.strip() for name in chosen.split(",")]
    for name in names:
        if name not in known:
            raise CommandError(ExitCode.USAGE, f"no stage {name!r}; there are: {', '.join(known)}")
    return names

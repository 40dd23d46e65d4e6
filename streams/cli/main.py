"""The command ``spillway``. Commands are only declared here; each loads what it needs when it runs, so help is fast."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.check import check
from streams.cli.errors import CommandError, ExitCode
from streams.cli.models_commands import models_app
from streams.cli.options import Config, Json, app_of, settings_of, sources_of, stage_names
from streams.cli.output import complain
from streams.cli.surges_commands import surges_app

app = typer.Typer(
    help="Turns floods of customer messages on Apache Kafka into triaged, fairly routed tickets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
topics_app = typer.Typer(help="The broker's topics.", no_args_is_help=True, rich_markup_mode=None)
state_app = typer.Typer(help="The state of stages.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
app.add_typer(topics_app, name="topics")
app.add_typer(state_app, name="state")
app.add_typer(surges_app, name="surges")


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

    settings = settings_of(config)
    built = app_of(settings)
    work(built, stage_names(built, stages), instance, settings.web.host, settings.web.port if port is None else port)


@topics_app.command("plan")
def topics_plan(as_json: Json = False, config: Config = None) -> None:
    """Show what `topics apply` would do."""
    from streams.cli import topics

    settings = settings_of(config)
    built = app_of(settings)
    topics.plan(built.clients, built.table, settings.kafka.replication, as_json=as_json)


@topics_app.command("apply")
def topics_apply(as_json: Json = False, config: Config = None) -> None:
    """Create topics, correct their settings, add partitions where that is safe."""
    from streams.cli import topics

    settings = settings_of(config)
    built = app_of(settings)
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
    bootstrap = settings_of(config).kafka.bootstrap if configured else None
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
    built = app_of(settings_of(config))
    raise typer.Exit(replay(built.clients, built.table, options))


app.command("check", short_help="Tell what is wrong with a configuration, or what it says.")(check)


@app.command()
def status(as_json: Json = False, config: Config = None) -> None:
    """Show how far every stage is, and where tickets stand."""
    from streams.cli.status import status

    built = app_of(settings_of(config))
    raise typer.Exit(status(built.clients, built.table, sources_of(built), as_json=as_json))


@state_app.command("reset")
def state_reset(
    stage: Annotated[str, typer.Argument(metavar="STAGE")],
    to: Annotated[str, typer.Option(metavar="start|end|OFFSET", help="The next record to read.")],
    topic: Annotated[str | None, typer.Option(metavar="TOPIC", help="Only this source, without prefix.")] = None,
    partition: Annotated[int | None, typer.Option(metavar="P", min=0, help="Only this partition.")] = None,
    forget_rows: Annotated[bool, typer.Option("--forget-rows", help="Forget all that the stage knows, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Say where a stage reads on, when its state does not fit its source. Stop its workers first."""
    from streams.cli.state import reset

    built = app_of(settings_of(config))
    stage_names(built, stage)
    sources = [(name, source) for name, source in sources_of(built) if name == stage and topic in (None, source)]
    if not sources:
        known = ", ".join(source for name, source in sources_of(built) if name == stage)
        raise CommandError(ExitCode.USAGE, f"{stage} does not read {topic}; it reads: {known}")
    if to not in ("start", "end"):
        if not to.isascii() or not to.isdigit():
            raise CommandError(ExitCode.USAGE, f"--to takes start, end or an offset, not {to!r}")
        if partition is None or len(sources) > 1:
            raise CommandError(ExitCode.USAGE, "an offset needs --partition, and --topic if the stage reads several")
    reset(
        built.clients,
        built.table,
        built.stages,
        sources,
        to=to,
        partition=partition,
        forget_rows=forget_rows,
        yes=yes,
    )


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
        # The system's words hold no record's text, but the file's name may be that of a secret.
        complain(f"spillway: {error.strerror or type(error).__name__} at {place(error)}")
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

"""``spillway check``: every problem of a configuration, or in short what it says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.cli.errors import ExitCode
from streams.cli.output import say, say_json, show, table

if TYPE_CHECKING:
    from streams.config import Settings


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A configuration, such as spillway.toml.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Read a configuration as a worker would, environment included; exit code 2 if there is anything wrong with it."""
    from streams.config import ConfigError, load

    try:
        settings = load(file)
    except ConfigError as error:
        if as_json:
            problems = [{"where": each.where, "field": each.field, "text": each.text} for each in error.problems]
            say_json({"ok": False, "problems": problems})
        else:
            say(str(error))
        raise typer.Exit(ExitCode.USAGE) from None
    if as_json:
        say_json({"ok": True, **summary(settings)})
    else:
        _show(settings)


def summary(settings: "Settings") -> dict[str, Any]:
    """Who writes, who handles it and where it waits; nothing of how to reach the broker.

    >>> from streams.config import Settings
    >>> summary(Settings())["tenants"]
    [{'name': 'default', 'group': 'default', 'segments': {}}]
    """
    return {
        "tenants": [
            {"name": tenant.name, "group": tenant.group, "segments": dict(tenant.segments)}
            for tenant in settings.tenants
        ],
        "groups": [
            {
                "name": group.name,
                "queues": [
                    {"name": queue.name, "topics": queue.topics, "skills": queue.skills} for queue in group.queues
                ],
                "pools": [{"name": pool.name, "kind": pool.kind, "skills": pool.skills} for pool in group.pools],
            }
            for group in settings.groups
        ],
    }


def _show(settings: "Settings") -> None:
    tenants = [
        (tenant.name, tenant.group, ", ".join(f"{name} -> {group}" for name, group in tenant.segments.items()))
        for tenant in settings.tenants
    ]
    queues = [
        (group.name, queue.name, " ".join(queue.topics), " ".join(queue.skills), f"{queue.sla_s.urgent:g}")
        for group in settings.groups
        for queue in group.queues
    ]
    pools = [
        (group.name, pool.name, pool.kind, " ".join(pool.skills), " ".join(pool.rep_skills), pool.capacity_units)
        for group in settings.groups
        for pool in group.pools
    ]
    show(
        table("Tenants", ["tenant", "group", "segments"], tenants),
        table("Queues", ["group", "queue", "topics", "skills", "urgent sla_s#"], queues),
        table("Pools", ["group", "pool", "kind", "skills", "rep_skills", "capacity_units#"], pools),
    )

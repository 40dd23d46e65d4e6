"""Settings from environment variables: ``SPILLWAY_KAFKA__BOOTSTRAP`` is ``kafka.bootstrap``."""

import re
from collections.abc import Iterator, Mapping

from msgspec.inspect import DictType, StructType, VarTupleType

from streams.config.errors import Problem, hint
from streams.config.kinds import bare
from streams.config.positions import Path

PREFIX = "SPILLWAY_"
LEVELS = "__"
LIKENESS = 0.8

# Kubernetes tells every pod of a Service named spillway or spillway-web in variables such as SPILLWAY_WEB_PORT: these
# are none of ours, and a pod must not fail to start because of them.
_SERVICE_LINK = re.compile(
    r"SPILLWAY_(?!.*__)(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_SERVICE_ADDRESS = re.compile(r"(tcp|udp|sctp)://")


def variable(path: Path) -> str:
    """The variable that overrides a setting.

    >>> variable(("kafka", "bootstrap"))
    'SPILLWAY_KAFKA__BOOTSTRAP'
    """
    return PREFIX + LEVELS.join(map(str, path)).upper()


def overrides(environ: Mapping[str, str], settings: StructType) -> tuple[dict[Path, str], list[Problem]]:
    """What the environment says, by the path of the setting, and the variables that are none."""
    known = {variable(path): path for path in settable(settings)}
    found: dict[Path, str] = {}
    problems = []
    for name, text in sorted(environ.items()):
        if name in known:
            found[known[name]] = text
        elif name.startswith(PREFIX) and not _is_service_link(name, text):
            problems.append(
                Problem(name, "", f"is not a setting of the environment{hint(name.upper(), known, LIKENESS)}")
            )
    return found, problems


def settable(section: StructType, path: Path = ()) -> Iterator[Path]:
    """The settings that a variable can name: single values outside lists."""
    for field in section.fields:
        kind, where = bare(field.type), (*path, field.encode_name)
        if isinstance(kind, StructType):
            yield from settable(kind, where)
        elif not isinstance(kind, VarTupleType | DictType):
            yield where


def _is_service_link(name: str, text: str) -> bool:
    return _SERVICE_LINK.fullmatch(name) is not None or (
        name.endswith("_PORT") and _SERVICE_ADDRESS.match(text) is not None
    )

"""Where settings stand in a file, also in awkward ones."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.config.positions import Path, label, line_of, lines_of

AWKWARD = '''\
# [not.a.table]
title = "a [b] = {c} # no comment"  # a comment = 1

[kafka] # why
bootstrap = """
x = 1
[nor.this]
\\""" still inside
"""
prefix = \'\'\'
# nor a comment "
y = [\'\'\'
"quoted key" = 'C:\\path\\' # a literal has no escapes
'a.b' . c = """""five quotes end this"""""

[a.b . "c d"]
list = [ # one
  1, [2,
  3], # ]
  { x = 1, y = [
    "two" ] },
]
when = 1979-05-27 07:32:00
next = 1

[[ groups ]]
name = "first"
[[groups.queues]]
name = "a"
[groups.queues.sla_s]
urgent = 1
[[groups.queues]]
sla_s.urgent = 2
[[groups]]
name = "second"
[[groups.queues]]
name = "b"
"esc\\u0061ped" = true
'''


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    """Every path of a parsed document."""
    here = {path} if path else set()
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return here.union(*(paths_of(item, (*path, key)) for key, item in items))


def test_every_setting_of_an_awkward_file_has_a_line_and_nothing_else_has() -> None:
    assert set(lines_of(AWKWARD)) == paths_of(tomllib.loads(AWKWARD))


@pytest.mark.parametrize(
    ("path", "start"),
    [
        (("title",), "title ="),
        (("kafka",), "[kafka]"),
        (("kafka", "bootstrap"), "bootstrap ="),
        (("kafka", "prefix"), "prefix ="),
        (("kafka", "quoted key"), '"quoted key"'),
        (("kafka", "a.b", "c"), "'a.b' . c"),
        (("a", "b", "c d"), "[a.b ."),
        (("a", "b", "c d", "list"), "list ="),
        (("a", "b", "c d", "list", 0), "1, [2,"),
        (("a", "b", "c d", "list", 1, 1), "3], # ]"),
        (("a", "b", "c d", "list", 2, "y"), "{ x = 1, y"),
        (("a", "b", "c d", "list", 2, "y", 0), '"two" ]'),
        (("a", "b", "c d", "when"), "when ="),
        (("a", "b", "c d", "next"), "next ="),
        (("groups", 0, "name"), 'name = "first"'),
        (("groups", 0, "queues", 0, "name"), 'name = "a"'),
        (("groups", 0, "queues", 0, "sla_s", "urgent"), "urgent = 1"),
        (("groups", 0, "queues", 1, "sla_s", "urgent"), "sla_s.urgent = 2"),
        (("groups", 1, "name"), 'name = "second"'),
        (("groups", 1, "queues", 0, "name"), 'name = "b"'),
        (("groups", 1, "queues", 0, "escaped"), '"esc'),
    ],
    ids=lambda value: label(value) if isinstance(value, tuple) else "",
)
def test_a_setting_stands_on_the_line_of_its_key(path: Path, start: str) -> None:
    assert AWKWARD.splitlines()[lines_of(AWKWARD)[path] - 1].strip().startswith(start)


def test_windows_line_ends_count_once() -> None:
    assert lines_of(AWKWARD.replace("\n", "\r\n")) == lines_of(AWKWARD)


def test_what_is_missing_is_reported_at_the_table_that_should_hold_it() -> None:
    lines = lines_of("[web]\nport = 1\n\n[[tenants]]\ngroup = 'a'")
    assert line_of(("tenants", 0, "name"), lines) == 4
    assert line_of(("kafka", "bootstrap"), lines) is None


KEYS = ["a", "b", '"d e"', "'f.g'", '"\\u0068"', "a.b", 'b . "d e"', "c.a.b"]
VALUES = [
    "1",
    "'t' # x",
    '"s\\"]"',
    "[1, # ]\n 'a' ,\n]",
    "{ x = { y.z = 1 }, w = [{}] }",
    "2000-01-01 00:00:00",
    "-inf",
]
VALUES += ['"""\n[x]\n"""', '"""\\\n a""\\"""""', "'''\na = 1\n'''''", "[]", "{}", "[ [ ] , [[1],], ]#"]
PARTS = ["", "\n", "# [c]", "  # d = 1", "[", "x ="]
keys = st.sampled_from(KEYS)
statements = st.one_of(
    st.builds("{} = {}".format, keys, st.sampled_from(VALUES)),
    st.builds("{}[ {} ] # [x]".format, st.sampled_from(["", "\t"]), keys),
    st.builds("[[ {} ]]".format, keys),
    st.builds("[[{}]]\n\n{}={}".format, keys, keys, st.sampled_from(VALUES)),
    st.sampled_from(PARTS),
)


@given(st.lists(statements, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_whatever_python_parses_has_a_line_for_each_setting(parts: list[str], line_end: str) -> None:
    text = line_end.join(parts)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of(text)
    assert set(lines) == paths_of(document)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


values = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=15,
)


def write(value: Any) -> str:
    """A value in TOML, lists over several lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[\n" + "".join(f"  {write(item)}, # [\n" for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(key)} = {write(item)}" for key, item in value.items()) + "}"
    return str(value)


def quote(text: str) -> str:
    return (
        '"'
        + "".join(
            f"\\U{ord(letter):08x}" if letter in '"\\' or ord(letter) < 32 or ord(letter) == 127 else letter
            for letter in text
        )
        + '"'
    )


@given(st.dictionaries(st.text(max_size=5), values, min_size=1, max_size=4))
def test_any_document_has_a_line_for_each_setting(document: dict[str, Any]) -> None:
    text = "".join(f"{quote(key)} = {write(value)}\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    lines = lines_of(text)
    assert set(lines) == paths_of(document)
    for key in document:
        assert text.split("\n")[lines[(key,)] - 1].startswith(f"{quote(key)} = ")

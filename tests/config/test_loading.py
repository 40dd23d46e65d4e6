"""One run tells everything that is wrong with a file, each with its line, and never fails otherwise."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.config import ConfigError, Settings, load

Load = Callable[..., Settings]
Problems = Callable[..., list[str]]
EXAMPLE = Path(__file__).parents[2] / "deploy" / "spillway.toml"

GROUP = """
[[tenants]]
name = "acme"
group = "retail"
[[groups]]
name = "retail"
"""


def test_without_a_file_everything_has_its_default() -> None:
    assert load(None, {}) == Settings()


def test_an_empty_file_is_as_good_as_none(load_text: Load) -> None:
    assert load_text("") == Settings()


def test_the_example_is_good(kafka_files: dict[str, str]) -> None:
    settings = load(EXAMPLE, kafka_files)
    assert [tenant.name for tenant in settings.tenants] == ["northwind", "southwind"]
    assert sum(len(group.queues) for group in settings.groups) == 3
    assert settings.policies()["retail"].queue_for("refund").sla_s["urgent"] == 600


def test_what_a_file_says_is_what_comes_out(load_text: Load) -> None:
    settings = load_text('[kafka]\nsecurity_protocol = "SSL"\nsession_timeout_s = 6\n[web]\nport = 0')
    assert settings.kafka.security_protocol == "SSL"
    assert settings.kafka.session_timeout_s == 6.0
    assert type(settings.kafka.session_timeout_s) is float
    assert settings.web.port == 0
    assert settings.pipeline == Settings().pipeline


def test_a_byte_order_mark_does_no_harm(load_text: Load) -> None:
    assert load_text("\ufeff[web]\nport = 1").web.port == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        # Names that do not exist
        (
            "[kafka]\n\nbootstap = 'a:1'",
            "spillway.toml:3: kafka.bootstap: is not a setting; did you mean 'bootstrap'?",
        ),
        ("[kafak]", "spillway.toml:1: kafak: is not a setting; did you mean 'kafka'?"),
        ("[web]\nzzz = 1", "spillway.toml:2: web.zzz: is not a setting; there are: host, port"),
        ('[web]\n"po\\nrt" = 1', "spillway.toml:2: web.\"po\\nrt\": is not a setting; did you mean 'port'?"),
        (
            f"{GROUP}[[groups.queues]]\nname='q'\ntopics=['*']\nsla_s = {{ urgnt = 1 }}",
            "spillway.toml:10: groups[0].queues[0].sla_s.urgnt: is not a setting; did you mean 'urgent'?",
        ),
        # Values of the wrong kind, or out of bounds
        ("[web]\nport = '1'", "spillway.toml:2: web.port: must be a whole number from 0 to 65,535, not text"),
        (
            "[web]\nport = 1.0",
            "spillway.toml:2: web.port: must be a whole number from 0 to 65,535, not a decimal number",
        ),
        ("[web]\nport = true", "spillway.toml:2: web.port: must be a whole number from 0 to 65,535, not true or false"),
        ("[web]\nport = 65536", "spillway.toml:2: web.port: must be a whole number from 0 to 65,535"),
        ("[pipeline]\nchunk_s = nan", "spillway.toml:2: pipeline.chunk_s: must be a number from 0.001 to 10"),
        ("[pipeline]\nchunk_s = inf", "spillway.toml:2: pipeline.chunk_s: must be a number from 0.001 to 10"),
        (f"[pipeline]\nchunk_s = 1{'0' * 400}", "spillway.toml:2: pipeline.chunk_s: must be a number from 0.001 to 10"),
        (
            "[kafka]\nprefix = 2024-01-01",
            "spillway.toml:2: kafka.prefix: must be text of letters, digits, dots, _ and -, at most 100 characters, "
            "not a date or time",
        ),
        (
            "[kafka]\nbootstrap = 'localhost'",
            "spillway.toml:2: kafka.bootstrap: must be text like host:port, several separated by commas, "
            "at most 2,000 characters",
        ),
        (
            "[kafka]\nsecurity_protocol = 'SASL_SLL'",
            "spillway.toml:2: kafka.security_protocol: 'SASL_SLL' is not known; did you mean 'SASL_SSL'?",
        ),
        ("[kafka]\nca_file = ''", "spillway.toml:2: kafka.ca_file: must be the path of a file"),
        ("[kafka]\nca_file = 3", "spillway.toml:2: kafka.ca_file: must be the path of a file, not a whole number"),
        ("kafka = 3", "spillway.toml:1: kafka: must be a table, not a whole number"),
        ("groups = 3", "spillway.toml:1: groups: must be a list, 1 to 1,000 items, not a whole number"),
        ("[groups]\n", "spillway.toml:1: groups: must be a list, 1 to 1,000 items, not a table"),
        ("tenants = []", "spillway.toml:1: tenants: must be a list, 1 to 10,000 items"),
        ("tenants = [\n1,\n]", "spillway.toml:2: tenants[0]: must be a table, not a whole number"),
        (
            "[[tenants]]\nname = 'Acme'",
            "spillway.toml:2: tenants[0].name: must be text of a-z, 0-9, _ and -, at most 100 characters",
        ),
        (
            "[[tenants]]\nname = 'a'\nsegments = 1",
            "spillway.toml:3: tenants[0].segments: must be a table, not a whole number",
        ),
        ("\n[[tenants]]\ngroup = 'default'", "spillway.toml:2: tenants[0].name: is missing"),
        (
            f"{GROUP}absence_grace_s = {{ chta = 1 }}",
            "spillway.toml:7: groups[0].absence_grace_s.chta: 'chta' is not known; did you mean 'chat'?",
        ),
        # Names of what does not exist
        (
            f"{GROUP}[[groups]]\nname = 'b'\n[[tenants]]\nname = 'b'\ngroup = 'retial'",
            "spillway.toml:11: tenants[1].group: there is no group 'retial'; did you mean 'retail'?",
        ),
        (
            "[[tenants]]\nname = 'a'\n[tenants.segments]\n'very big' = 'defualt'",
            "spillway.toml:4: tenants[0].segments.\"very big\": there is no group 'defualt'; did you mean 'default'?",
        ),
        (
            "[[groups]]\nname = 'a'",
            "spillway.toml:1: groups: name a [[tenants]] too: without one there is the tenant 'default' in a group "
            "'default'",
        ),
        (
            f"{GROUP}[[groups.queues]]\nname = 'q'\ntopics = [\n  '*',\n  'biling',\n]",
            "spillway.toml:11: groups[0].queues[0].topics[1]: 'biling' is not known; did you mean 'billing'?",
        ),
        (
            f"{GROUP}[[groups.queues]]\nname = 'q'\ntopics = ['*']\nskills = ['frnch']\n"
            "[[groups.pools]]\nname='p'\nskills=['french']",
            "spillway.toml:10: groups[0].queues[0].skills[0]: no pool of the group has the skill 'frnch'; "
            "did you mean 'french'?",
        ),
        (
            f"{GROUP}[[groups.queues]]\nname = 'q'\ntopics = ['*']\nskills = ['a', 'b']\n"
            "[[groups.pools]]\nname='p'\nskills=['a']\n[[groups.pools]]\nname='r'\nrep_skills=['b']",
            "spillway.toml:10: groups[0].queues[0].skills: each is had by some pool, but no pool has them all",
        ),
        # Names that must differ, topics that must go somewhere
        (
            f"{GROUP}[[groups]]\nname = 'retail'",
            "spillway.toml:8: groups[1].name: 'retail' is the name of groups[0] already",
        ),
        (
            f"{GROUP}[[groups.pools]]\nname = 'p'\n[[groups.pools]]\nname = 'p'",
            "spillway.toml:10: groups[0].pools[1].name: 'p' is the name of groups[0].pools[0] already",
        ),
        (
            f"{GROUP}[[groups.queues]]\nname='a'\ntopics=['*', 'refund']\n"
            "[[groups.queues]]\nname='b'\ntopics=['refund']",
            "spillway.toml:12: groups[0].queues[1].topics: 'refund' goes to groups[0].queues[0] already",
        ),
        (
            f"{GROUP}[[groups.queues]]\nname='a'\ntopics=['refund']",
            'spillway.toml:7: groups[0].queues: one must list the topic "*", for all topics that no other lists',
        ),
        # Vendors
        (
            f"{GROUP}[[groups.pools]]\nname='flex'\nkind='vendor'\n[[groups.vendors]]\nname='a'\npool='flx'",
            "spillway.toml:12: groups[0].vendors[0].pool: there is no vendor pool 'flx'; did you mean 'flex'?",
        ),
        (
            f"{GROUP}[[groups.pools]]\nname='home'\n[[groups.vendors]]\nname='a'\npool='home'",
            "spillway.toml:11: groups[0].vendors[0].pool: there is no vendor pool 'home'",
        ),
        (
            f"{GROUP}[[groups.pools]]\nname='flex'\nkind='vendor'\n"
            "[[groups.vendors]]\nname='a'\npool='flex'\nstep_seats=4\ncap_seats=10",
            "spillway.toml:10: groups[0].vendors: make no plan: cap_seats: 10 must be a multiple of step_seats, 4",
        ),
        # Settings that need one another
        (
            "[kafka]\nsasl_username = 'u'",
            "spillway.toml:2: kafka.sasl_username: is of no use with security_protocol = 'PLAINTEXT'",
        ),
        (
            "[kafka]\nsecurity_protocol = 'SASL_SSL'\nsasl_username = 'u'",
            "spillway.toml:1: kafka.sasl_password_file: is missing, and security_protocol = 'SASL_SSL' needs it",
        ),
        (
            "[kafka]\nca_file = 'x'",
            "spillway.toml:2: kafka.ca_file: is of no use with security_protocol = 'PLAINTEXT'",
        ),
        (
            "[pipeline]\ntime_speed = 60",
            "spillway.toml:1: pipeline.time_origin_s: is missing: with a time_speed, say when scaled time begins",
        ),
        # No TOML
        ("[web]\nport = \nx", "spillway.toml:2: is not valid TOML at column 8: Invalid value"),
        ("a = 1\nb = 2\na = 3", "spillway.toml:3: is not valid TOML at its end: Cannot overwrite a value"),
        ('a = 1\nb = """\nc', "spillway.toml:3: is not valid TOML at its end: Unterminated string"),
        (f"a = {'[' * 100_000}", "spillway.toml: is nested too deeply"),
    ],
)
def test_each_kind_of_mistake_has_its_line_and_a_plain_sentence(problems_of: Problems, text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_all_mistakes_come_in_one_run_in_the_order_of_the_file(problems_of: Problems) -> None:
    text = """\
[[groups]]
name = "retail"
reservation_s = 0
[[groups.queues]]
topics = ["*"]
[[groups.pools]]
name = "home"
kind = "hme"
channel_caps_units = { chat = -1, chatt = 1 }
[[tenants]]
name = "acme"
group = "retial"
segments = { vip = "retail", sme = "x" }
[web]
prot = 1
"""
    assert problems_of(text, {"SPILLWAY_WEB__PORT": "x", "SPILLWAY_WEB__HSOT": "y"}) == [
        "spillway.toml:3: groups[0].reservation_s: must be a number from 1 to 31,536,000",
        "spillway.toml:4: groups[0].queues[0].name: is missing",
        "spillway.toml:8: groups[0].pools[0].kind: 'hme' is not known; did you mean 'home'?",
        "spillway.toml:9: groups[0].pools[0].channel_caps_units.chat: must be a whole number from 0 to 1,000,000",
        "spillway.toml:9: groups[0].pools[0].channel_caps_units.chatt: 'chatt' is not known; did you mean 'chat'?",
        "spillway.toml:12: tenants[0].group: there is no group 'retial'; did you mean 'retail'?",
        "spillway.toml:13: tenants[0].segments.sme: there is no group 'x'; there are: retail",
        "spillway.toml:15: web.prot: is not a setting; did you mean 'port'?",
        "SPILLWAY_WEB__PORT: web.port: must be a whole number from 0 to 65,535",
        "SPILLWAY_WEB__HSOT: is not a setting of the environment; did you mean 'SPILLWAY_WEB__HOST'?",
    ]


def test_a_broken_list_of_groups_is_not_held_against_the_tenants(problems_of: Problems) -> None:
    assert problems_of("groups = 3\n[[tenants]]\nname = 'a'\ngroup = 'retail'") == [
        "spillway.toml:1: groups: must be a list, 1 to 1,000 items, not a whole number"
    ]
    assert problems_of("[[tenants]]\nname = 'a'\ngroup = 'B'\n[[groups]]\nname = 'b'") == [
        "spillway.toml:3: tenants[0].group: must be text of a-z, 0-9, _ and -, at most 100 characters"
    ]


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read: No such file or directory$"):
        load(tmp_path / "nowhere.toml", {})
    with pytest.raises(ConfigError, match=r": cannot be read: Is a directory$"):
        load(tmp_path, {})


def test_bytes_that_are_no_text_are_found_by_line(tmp_path: Path) -> None:
    file = tmp_path / "spillway.toml"
    file.write_bytes(b"[web]\nhost = '\xff'")
    with pytest.raises(ConfigError, match=r"spillway\.toml:2: is not UTF-8$"):
        load(file, {})


def loads_or_refuses(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "spillway.toml"
        file.write_bytes(content)
        try:
            settings = load(file, {})
        except ConfigError as refused:
            problems = refused.problems
        else:
            settings.policies()  # raises for what load should have refused
            return
    assert problems
    assert all(problem.text and "\n" not in str(problem) for problem in problems)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_file_loads_or_is_refused_and_nothing_else(content: bytes) -> None:
    loads_or_refuses(content)


KEYS = ["kafka", "web", "pipeline", "tenants", "groups", "name", "group", "segments", "queues", "pools", "topics"]
KEYS += ["skills", "rep_skills", "sla_s", "urgent", "kind", "port", "bootstrap", "absence_grace_s", "chat", "'*'", "zz"]
SCALARS = ["1", "0", "-5", "1e3", "nan", "true", "'a'", "'default'", "'*'", "'billing'", "2000-01-01", "'vendor'", "60"]
VALUES = [*SCALARS, "[]", "{}", "['*']", "['a', 1]", "{ a = 'default' }", "{ chat = 60 }", "[{ name = 'a' }]"]
GOOD = [
    "[web]\nport = 1",
    "[kafka]\nreplication = 3",
    "[[tenants]]\nname = 'a'",
    "[[tenants]]\nname = 'b'\ngroup = 'g'",
]
GOOD += [
    "[[groups]]\nname = 'default'",
    "[[groups]]\nname = 'g'\nretry_s = 3",
    "[[groups.pools]]\nname = 'p'\nskills = ['s']",
]
GOOD += ["[[groups.queues]]\nname = 'q'\ntopics = ['*']", "[[groups.queues]]\nname = 'r'\ntopics = ['refund']"]
GOOD += ["[[groups.queues]]\nname = 'q'\ntopics = ['*', 'outage']\nskills = ['s']\nsla_s.low = 5"]

keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3).map(".".join)
lines = st.one_of(
    st.sampled_from(GOOD),
    st.sampled_from(GOOD),
    st.builds("{} = {}".format, keys, st.sampled_from(VALUES)),
    st.builds("[{}]".format, keys) | st.builds("[[{}]]".format, keys),
)


@given(
    st.lists(lines, max_size=6).map("\n".join) | st.lists(st.sampled_from(GOOD), max_size=6, unique=True).map("\n".join)
)
def test_any_settings_load_or_are_refused_and_nothing_else(text: str) -> None:
    loads_or_refuses(text.encode())

"""The environment wins over the file, and a misspelt variable is not passed over."""

from collections.abc import Callable

import pytest

from streams.config import Settings, load
from streams.config.environment import settable, variable
from streams.config.section import described_section

Load = Callable[..., Settings]
Problems = Callable[..., list[str]]


def test_a_variable_wins_over_the_file(load_text: Load) -> None:
    text = "[kafka]\nbootstrap = 'file:1'\nreplication = 3"
    settings = load_text(text, {"SPILLWAY_KAFKA__BOOTSTRAP": "env:2"})
    assert (settings.kafka.bootstrap, settings.kafka.replication) == ("env:2", 3)


def test_a_variable_also_replaces_what_is_wrong_in_the_file(load_text: Load) -> None:
    assert load_text("[web]\nport = 'x'", {"SPILLWAY_WEB__PORT": "7"}).web.port == 7


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("SPILLWAY_WEB__PORT", "0", ("web", "port"), 0),
        ("SPILLWAY_PIPELINE__CHUNK_S", "1e-1", ("pipeline", "chunk_s"), 0.1),
        ("SPILLWAY_KAFKA__SESSION_TIMEOUT_S", "6", ("kafka", "session_timeout_s"), 6.0),
        ("SPILLWAY_KAFKA__PREFIX", "", ("kafka", "prefix"), ""),
        ("SPILLWAY_KAFKA__PREFIX", "12", ("kafka", "prefix"), "12"),
    ],
)
def test_a_variable_is_read_as_its_field_is_typed(name: str, text: str, path: tuple[str, str], value: object) -> None:
    section = getattr(load(None, {name: text}), path[0])
    assert getattr(section, path[1]) == value
    assert type(getattr(section, path[1])) is type(value)


@pytest.mark.parametrize("text", ["", "x", "nan", "-1", "1.5", "99999", "0x10"])
def test_a_variable_that_does_not_fit_is_named(problems_of: Problems, text: str) -> None:
    problems = problems_of("", {"SPILLWAY_WEB__PORT": text})
    assert problems == ["SPILLWAY_WEB__PORT: web.port: must be a whole number from 0 to 65,535"]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SPILLWAY_KAFKA_BOOTSTRAP", "SPILLWAY_KAFKA__BOOTSTRAP"),
        ("SPILLWAY_WEB_PORT", "SPILLWAY_WEB__PORT"),
        ("SPILLWAY_web__port", "SPILLWAY_WEB__PORT"),
        ("SPILLWAY_KAFKA__BOTSTRAP", "SPILLWAY_KAFKA__BOOTSTRAP"),
    ],
)
def test_a_variable_that_is_no_setting_gets_the_nearest_name(problems_of: Problems, name: str, nearest: str) -> None:
    problems = problems_of("", {name: "1"})
    assert problems == [f"{name}: is not a setting of the environment; did you mean '{nearest}'?"]


def test_lists_cannot_be_set_by_variables(problems_of: Problems) -> None:
    (problem,) = problems_of("", {"SPILLWAY_TENANTS": "a"})
    assert problem.startswith("SPILLWAY_TENANTS: is not a setting of the environment; there are: ")


def test_a_broken_file_does_not_hide_a_misspelt_variable(problems_of: Problems) -> None:
    assert [problem.split(": ")[0] for problem in problems_of("x", {"SPILLWAY_X": ""})] == [
        "spillway.toml:1",
        "SPILLWAY_X",
    ]


def test_what_only_the_environment_says_is_judged_without_a_file() -> None:
    with pytest.raises(Exception, match=r"^environment: kafka\.sasl_username: is missing"):
        load(None, {"SPILLWAY_KAFKA__SECURITY_PROTOCOL": "SASL_SSL", "SPILLWAY_KAFKA__SASL_PASSWORD_FILE": "p"})


def test_what_kubernetes_says_of_a_service_named_spillway_is_passed_over() -> None:
    links = {
        "SPILLWAY_SERVICE_HOST": "10.0.0.1",
        "SPILLWAY_SERVICE_PORT": "8585",
        "SPILLWAY_WEB_SERVICE_PORT_HTTP": "8585",
        "SPILLWAY_PORT": "tcp://10.0.0.1:8585",
        "SPILLWAY_PORT_8585_TCP": "tcp://10.0.0.1:8585",
        "SPILLWAY_PORT_8585_TCP_PROTO": "tcp",
        "SPILLWAY_PORT_8585_TCP_PORT": "8585",
        "SPILLWAY_PORT_8585_TCP_ADDR": "10.0.0.1",
        "SPILLWAY_WEB_PORT": "tcp://10.0.0.1:8585",
    }
    assert load(None, links) == Settings()


def test_variables_of_others_are_passed_over() -> None:
    assert load(None, {"PATH": "/bin", "spillway_web__port": "1", "KAFKA__BOOTSTRAP": "a:1"}) == Settings()


def test_every_single_value_outside_lists_has_a_variable_of_its_own() -> None:
    paths = list(settable(described_section(Settings)))
    assert {path[0] for path in paths} == {"kafka", "learning", "models", "pipeline", "surges", "web"}
    assert len({variable(path) for path in paths}) == len(paths)

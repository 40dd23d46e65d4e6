"""A secret is never shown: not its path, and nothing that was written where a path should be."""

import traceback
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from streams.config import ConfigError, KafkaSettings, Settings, load

Load = Callable[..., Settings]
Problems = Callable[..., list[str]]
SECRET = "hunter2"
GOOD = "[kafka]\nsecurity_protocol = 'SASL_SSL'\nsasl_username = 'u'\nsasl_password_file = '/run/hunter2'"


def test_a_secret_does_not_appear_where_settings_are_shown(load_text: Load, kafka_files: dict[str, str]) -> None:
    settings = load_text(GOOD, kafka_files)
    assert settings.kafka.sasl_password_file == Path(kafka_files["SPILLWAY_KAFKA__SASL_PASSWORD_FILE"])
    console = Console(file=StringIO(), width=200)
    console.print(settings)
    assert isinstance(console.file, StringIO)
    for shown in (repr(settings), str(settings), f"{settings.kafka}", pretty_repr(settings), console.file.getvalue()):
        assert "sasl_username='u'" in shown
        assert "sasl_password_file=<hidden>" in shown
        assert SECRET not in shown


def test_where_there_is_no_secret_none_is_shown() -> None:
    assert "sasl_password_file=None" in repr(KafkaSettings())


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        ("[kafka]\nsasl_password_file = 'hunter2'", {}),
        ("[kafka]\nsasl_password_file = ['hunter2']", {}),
        ("[kafka]\nsasl_password_file = { hunter = 'hunter2' }", {}),
        (GOOD, {}),
        (GOOD.replace("'u'", "''"), {}),
        (GOOD + "\nsasl_password_file = 'hunter2'", {}),
        (GOOD + "\n'", {}),
        ("", {"SPILLWAY_KAFKA__SASL_PASSWORD_FILE": "hunter2"}),
        ("", {"SPILLWAY_KAFKA__SASL_PASSWORD": "hunter2"}),
        ("[kafka]\nsasl_password = 'hunter2'", {}),
    ],
)
def test_a_secret_does_not_appear_in_errors(load_text: Load, text: str, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_text(text, environ)
    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told
    assert SECRET not in repr(refused.value.problems)


def test_a_secret_that_cannot_be_a_path_does_not_appear_either() -> None:
    with pytest.raises(ConfigError, match=r"sasl_password_file: must be the path of a file$"):
        load(None, {"SPILLWAY_KAFKA__SASL_PASSWORD_FILE": ""})


def test_a_secret_of_no_use_does_not_appear_either(problems_of: Problems, kafka_files: dict[str, str]) -> None:
    file = Path(kafka_files["SPILLWAY_KAFKA__SASL_PASSWORD_FILE"])
    names = "SPILLWAY_KAFKA__SASL_PASSWORD_FILE: kafka.sasl_password_file: "
    for holds, problem in ((b"\xff", "is not UTF-8"), (b" \n", "holds no password")):
        file.write_bytes(holds)
        assert problems_of(GOOD, kafka_files) == [names + problem]
    file.unlink()
    assert problems_of(GOOD, kafka_files) == [names + "cannot be read: No such file or directory"]


def test_certificates_that_cannot_be_used_are_a_problem_of_their_setting(problems_of: Problems, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none", encoding="utf-8")
    text = f"[kafka]\nsecurity_protocol = 'SSL'\nca_file = '{tmp_path}"
    assert problems_of(f"{text}/ca.pem'") == ["spillway.toml:3: kafka.ca_file: holds no certificates (PEM)"]
    assert problems_of(f"{text}'") == ["spillway.toml:3: kafka.ca_file: cannot be read: Is a directory"]

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
SECRET = "hunter2"
GOOD = "[kafka]\nsecurity_protocol = 'SASL_SSL'\nsasl_username = 'u'\nsasl_password_file = '/run/hunter2'"


def test_a_secret_does_not_appear_where_settings_are_shown(load_text: Load) -> None:
    settings = load_text(GOOD)
    assert settings.kafka.sasl_password_file == Path("/run/hunter2")
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

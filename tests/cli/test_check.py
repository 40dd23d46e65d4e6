"""``spillway check`` tells every problem, or what the file says, and its exit code says which."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from streams.cli.check import check

EXAMPLE = Path(__file__).parents[2] / "deploy" / "spillway.toml"
BAD = "[web]\nprot = 1\n\n[[tenants]]\nname = 'a'\ngroup = 'b'\n"

app = typer.Typer()
app.command()(check)


def run(*arguments: object, env: dict[str, str] | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)
    return result.exit_code, result.stdout


def test_a_good_file_is_summed_up(kafka_files: dict[str, str]) -> None:
    code, said = run(EXAMPLE, env=kafka_files)
    assert code == 0
    for name in ("northwind", "business -> business", "money", "billing refund", "evening", "account-managers"):
        assert name in said
    assert "hunter2" not in said


def test_a_good_file_is_summed_up_for_programs(kafka_files: dict[str, str]) -> None:
    code, said = run("--json", EXAMPLE, env=kafka_files)
    summary = json.loads(said)
    assert code == 0
    assert summary["ok"] is True
    assert summary["tenants"][0] == {"name": "northwind", "group": "retail", "segments": {"business": "business"}}
    assert [queue["name"] for queue in summary["groups"][0]["queues"]] == ["money", "general"]
    assert summary["groups"][0]["pools"][1] == {"name": "evening", "kind": "home", "skills": ["payments"]}


def test_every_problem_of_a_bad_file_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(BAD, encoding="utf-8")
    assert run(file) == (
        2,
        f"{file}:2: web.prot: is not a setting; did you mean 'port'?\n"
        f"{file}:6: tenants[0].group: there is no group 'b'; there are: default\n",
    )


def test_problems_are_told_to_programs_too(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(BAD, encoding="utf-8")
    code, said = run("--json", file)
    assert code == 2
    assert json.loads(said) == {
        "ok": False,
        "problems": [
            {"where": f"{file}:2", "field": "web.prot", "text": "is not a setting; did you mean 'port'?"},
            {
                "where": f"{file}:6",
                "field": "tenants[0].group",
                "text": "there is no group 'b'; there are: default",
            },
        ],
    }


def test_a_file_that_is_not_there_is_a_problem_like_any_other(tmp_path: Path) -> None:
    code, said = run(tmp_path / "nowhere.toml")
    assert code == 2
    assert said == f"{tmp_path / 'nowhere.toml'}: cannot be read: No such file or directory\n"


def test_files_that_a_worker_could_not_read_are_named_by_their_settings() -> None:
    code, said = run(EXAMPLE)
    assert code == 2
    assert said == (
        f"{EXAMPLE}:10: kafka.ca_file: cannot be read: No such file or directory\n"
        f"{EXAMPLE}:13: kafka.sasl_password_file: cannot be read: No such file or directory\n"
    )


def test_the_environment_counts_as_it_would_for_a_worker(kafka_files: dict[str, str]) -> None:
    code, said = run(EXAMPLE, env=kafka_files | {"SPILLWAY_WEB__PORT": "many"})
    assert code == 2
    assert said == "SPILLWAY_WEB__PORT: web.port: must be a whole number from 0 to 65,535\n"

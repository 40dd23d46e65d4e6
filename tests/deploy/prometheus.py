"""The real Prometheus, with our configuration and rules, pointed at a worker of the test's."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from streams.local.ports import free_ports
from tests.deploy.files import PROMETHEUS, read_yaml


@contextmanager
def running_prometheus(program: str, folder: Path, targets: list[str]) -> Iterator[str]:
    """Its address. It uses deploy/prometheus/prometheus.yml but for the workers' addresses and a faster pace."""
    port, nobody = free_ports()
    config = read_yaml(PROMETHEUS)
    config["global"] = dict.fromkeys(config["global"], "1s")
    config["rule_files"] = [str(PROMETHEUS.parent / pattern) for pattern in config["rule_files"]]
    config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{nobody}"]
    for job in config["scrape_configs"]:
        job["static_configs"][0]["targets"] = targets if job["job_name"] == "spillway" else []
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'prometheus-data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(90)


def ask(address: str, path: str) -> Any:
    """What Prometheus's API answers; None while it does not."""
    try:
        with urllib.request.urlopen(f"{address}/api/v1/{path}", timeout=5) as answer:
            return json.load(answer)["data"]
    except (urllib.error.URLError, OSError):
        return None


def alerts(address: str) -> dict[str, Any]:
    """All alerts that are pending or firing now, by name."""
    return {each["labels"]["alertname"]: each for each in (ask(address, "alerts") or {"alerts": ()})["alerts"]}

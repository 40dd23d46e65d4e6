import re
from pathlib import Path
from typing import Any

import pytest

from streams.config import load
from streams.local.settings import server_properties
from tests.deploy.files import COMPOSE, DEPLOY, PROMETHEUS, ROOT, read_yaml

FILE: dict[str, Any] = read_yaml(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
each_service = pytest.mark.parametrize("name", SERVICES)
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def test_the_whole_of_a_first_deployment_is_there() -> None:
    images = {service["image"].partition(":")[0] for service in SERVICES.values()}
    assert images == {"apache/kafka", "spillway", "prom/prometheus", "prom/alertmanager", "grafana/grafana"}
    assert sum(service.get("command", [""])[0] == "worker" for service in SERVICES.values()) == 2


@each_service
def test_every_image_is_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    if "build" in SERVICES[name]:
        assert image == "spillway:local"
        assert (ROOT / SERVICES[name]["build"]["context"] / SERVICES[name]["build"]["dockerfile"]).is_file()
    else:
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", image)


@each_service
def test_ports_are_open_to_this_machine_alone(name: str) -> None:
    for port in SERVICES[name].get("ports", ()):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


def test_no_two_services_want_the_same_port() -> None:
    ports = [port.split(":")[1] for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(set(ports)) == len(ports) >= 6


@each_service
def test_nothing_gets_more_rights_than_it_needs(name: str) -> None:
    allowed = {
        "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports", "restart",
        "security_opt", "stop_grace_period", "volumes",
    }  # fmt: skip
    assert SERVICES[name].keys() <= allowed
    if SERVICES[name]["image"].startswith("spillway:"):
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


@each_service
def test_dependencies_exist_and_can_come_true(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        condition = how["condition"]
        assert condition in CONDITIONS
        needed = SERVICES[other]
        if condition == "service_healthy":
            assert "test" in needed["healthcheck"]
        if condition == "service_completed_successfully":
            # A service that is started again whenever it ends never completes.
            assert "restart" not in needed


@each_service
def test_every_service_that_stays_says_whether_it_is_well(name: str) -> None:
    service = SERVICES[name]
    ours = service["image"].startswith("spillway:")  # whose image has a HEALTHCHECK
    assert ours or service["healthcheck"]["test"][0] == "CMD"
    assert ("restart" in service) == (name != "topics")


@each_service
def test_mounted_files_exist_and_volumes_are_declared(name: str) -> None:
    for mount in SERVICES[name].get("volumes", ()):
        source, target, *mode = mount.split(":")
        assert Path(target).is_absolute()
        if source.startswith("."):
            assert (ROOT / source).exists()
            assert mode == ["ro"]
        else:
            assert source in FILE["volumes"]


def test_what_prometheus_and_grafana_are_told_to_read_is_mounted_where_they_look() -> None:
    def target(service: str, file: Path) -> str:
        mounts = (mount.split(":")[:2] for mount in SERVICES[service]["volumes"])
        for source, inside in mounts:
            if source.startswith(".") and file.is_relative_to(ROOT / source):
                return str(Path(inside) / file.relative_to(ROOT / source))
        raise AssertionError(f"{file} is not mounted in {service}")

    assert target("prometheus", PROMETHEUS) == "/etc/prometheus/prometheus.yml"
    assert target("prometheus", DEPLOY / "prometheus/rules/spillway.yml") == "/etc/prometheus/rules/spillway.yml"
    assert target("alertmanager", DEPLOY / "alertmanager/alertmanager.yml") == "/etc/alertmanager/alertmanager.yml"
    (provider,) = read_yaml(DEPLOY / "grafana/provisioning/dashboards/spillway.yml")["providers"]
    board = target("grafana", DEPLOY / "grafana/dashboards/spillway.json")
    assert Path(board).parent == Path(provider["options"]["path"])
    assert board == SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]


def test_every_worker_is_scraped() -> None:
    jobs = {job["job_name"]: job["static_configs"][0]["targets"] for job in read_yaml(PROMETHEUS)["scrape_configs"]}
    workers = [name for name, service in SERVICES.items() if service.get("command", [""])[0] == "worker"]
    assert jobs["spillway"] == [f"{name}:8585" for name in workers]


def test_workers_have_names_of_their_own() -> None:
    for name in ("worker-a", "worker-b"):
        assert SERVICES[name]["command"] == ["worker", "--instance", name]


def test_our_services_are_told_settings_that_exist() -> None:
    for name in ("topics", "worker-a", "worker-b"):
        settings = load(None, SERVICES[name]["environment"])
        listeners = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
        assert f"INTERNAL://{settings.kafka.bootstrap}" in listeners.split(",")


def test_the_broker_is_set_like_the_local_one() -> None:
    environment = SERVICES["kafka"]["environment"]
    lines = server_properties(Path("/data"), 9092, 9093, 1.0, {}).splitlines()
    local = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in (line.split("=", 1) for line in lines)}
    shared = {name for name in environment.keys() & local.keys() if "LISTENER" not in name}
    shared -= {"KAFKA_LOG_DIRS"}
    assert len(shared) > 12
    assert {name: environment[name] for name in shared} == {name: local[name] for name in shared}

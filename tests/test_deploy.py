"""The files in deploy/ for several machines: held to the schemas of who reads them, to each other and to the code.

Nothing here starts a container: the files were never run where these tests run.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import dagster as dg
import jsonschema
import kubernetes_validate
import pytest
import yaml
from dagster._config import process_config
from dagster_docker import DockerRunLauncher
from dagster_k8s import K8sRunLauncher

from pipelines import locations
from pipelines.definitions import defs
from tests.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
LOCATIONS = {"crawling": locations.crawling, "archives": locations.archives, "loading": locations.loading}


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


COMPOSE = read("docker/compose.yaml")
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "dateline.yaml").read_text("utf-8")))


def keys(definitions: dg.Definitions) -> set[str]:
    """What a location defines: its assets, checks, jobs, schedules and sensors."""
    graph = definitions.resolve_asset_graph()
    automated = [*(definitions.schedules or []), *(definitions.sensors or [])]
    named = {f"automation {one.name}" for one in automated}
    named |= {f"job {job.name}" for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    named |= {f"asset {key.to_user_string()}" for key in graph.materializable_asset_keys}
    return named | {f"check {key}" for key in graph.asset_check_keys}


def test_the_locations_together_are_what_one_machine_loads() -> None:
    each = [keys(part) for part in LOCATIONS.values()]
    assert set().union(*each) == keys(defs)
    assert sum(map(len, each)) == len(keys(defs)), "nothing is in two locations: a schedule would tick twice"


def test_the_workspace_names_the_locations_and_who_serves_them() -> None:
    served = {one["grpc_server"]["location_name"]: one["grpc_server"] for one in read("workspace.yaml")["load_from"]}
    services = {one["metadata"]["name"]: one["spec"] for one in MANIFESTS if one["kind"] == "Service"}
    assert set(served) == set(LOCATIONS)
    for name, where in served.items():
        command = [
            *["dagster", "api", "grpc", "-m", "pipelines.locations", "-a"],
            name,
            "-h",
            "0.0.0.0",
            "-p",
            str(where["port"]),
        ]
        assert COMPOSE["services"][where["host"]]["command"] == command
        assert services[where["host"]]["ports"] == [{"port": where["port"]}]
        assert container(where["host"])["command"] == command


def container(deployment: str) -> Any:
    (found,) = [one for one in MANIFESTS if one["kind"] == "Deployment" and one["metadata"]["name"] == deployment]
    (only,) = found["spec"]["template"]["spec"]["containers"]
    return only


def test_the_compose_file_is_one() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text("utf-8")))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: f"{one['kind']} {one['metadata']['name']}")
def test_the_manifests_are_valid_for_kubernetes(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize(("folder", "launcher"), [("docker", DockerRunLauncher), ("kubernetes", K8sRunLauncher)])
def test_the_launchers_take_their_settings(folder: str, launcher: Any) -> None:
    whole = (
        (PROJECT / "dagster.yaml").read_text("utf-8") + "\n" + (DEPLOY / folder / "launcher.yaml").read_text("utf-8")
    )
    told = re.findall(r"^(\w+):", whole, re.M)
    assert len(told) == len(set(told)), "dagster.yaml with the launcher says nothing twice"
    chosen = yaml.safe_load(whole)["run_launcher"]
    assert chosen["class"] == launcher.__name__
    checked = process_config(launcher.config_type(), chosen["config"])
    assert checked.success, checked.errors


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    code = "".join(
        path.read_text("utf-8") for part in ("pipelines", "warehouse") for path in (PROJECT / part).rglob("*.py")
    )
    known = set(re.findall(r'"((?:DATELINE|AWS)_\w+)"', code)) | {"DAGSTER_HOME", "DAGSTER_CURRENT_IMAGE", "PGPASSWORD"}
    (environment,) = [one["data"] for one in MANIFESTS if one["metadata"]["name"] == "dateline-environment"]
    passed_on = read("docker/launcher.yaml")["run_launcher"]["config"]["env_vars"]
    assert {*COMPOSE["x-environment"], *environment, *passed_on} <= known
    assert set(passed_on) <= set(COMPOSE["x-environment"]), "the launcher fails on a variable that is not set"


def test_what_the_image_copies_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    copied = [word for line in re.findall(r"^COPY (.*)$", text, re.M) for word in line.split()[:-1]]
    assert "requirements.lock" in copied
    assert not [name for name in copied if not Path(PROJECT, name).exists()]

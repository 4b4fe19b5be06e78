"""What is needed to run the desk as a service: the image, the composition and the unit say what the programme does."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli import up
from config.settings import PREFIX
from web.pages.health import router

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PACKAGES = {"states", "config", "claims", "notifications", "flows", "web", "cli"}


@pytest.fixture(scope="module")
def desk() -> dict[str, Any]:
    composed = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(composed["volumes"]) == {"data"}
    found: dict[str, Any] = composed["services"]["desk"]
    return found


def image() -> list[str]:
    """The Dockerfile's instructions, each in one line."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_base_image_is_named_and_no_registry_is() -> None:
    assert {line.split()[1] for line in image() if line.startswith("FROM ")} == {"python:3.11-slim"}


def test_the_image_holds_every_package_and_what_is_locked() -> None:
    copied = {line.split()[1] for line in image() if re.match(r"COPY \w+ \w+$", line)}
    assert copied == PACKAGES
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in PACKAGES} <= set(allowed)
    assert any("--require-hashes -r deploy/lock/runtime.txt" in line for line in image())
    for line in image():
        for source in line.split()[1:-1] if line.startswith("COPY ") and "--from" not in line else []:
            assert (ROOT / source).exists(), source


def test_the_desk_runs_without_privileges_and_keeps_its_data_in_a_volume(desk: dict[str, Any]) -> None:
    (user,) = (line.split()[1] for line in image() if line.startswith("USER "))
    assert int(user) > 0
    (volume,) = (line.split()[1] for line in image() if line.startswith("VOLUME "))
    assert desk["volumes"] == [f"data:{volume}"]
    assert any(f"JIANGBU_HOME={volume}" in line for line in image())
    assert desk["read_only"] is True
    assert desk["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in desk["security_opt"]


def test_only_this_machine_reaches_the_port_of_the_container(desk: dict[str, Any]) -> None:
    (port,) = desk["ports"]
    assert port.startswith("127.0.0.1:")
    (command,) = (line for line in image() if line.startswith("CMD "))
    assert command == f'CMD ["{up.up.__name__}", "--host", "0.0.0.0", "--port", "{port.rpartition(":")[2]}"]'


def test_health_is_asked_of_a_page_that_there_is_and_a_stop_is_waited_for(desk: dict[str, Any]) -> None:
    (url,) = re.findall(r"http://127\.0\.0\.1:8000(/\w+)", desk["healthcheck"]["test"][-1])
    assert url in {getattr(route, "path", "") for route in router.routes}
    compile(desk["healthcheck"]["test"][-1], "healthcheck", "exec")
    assert int(desk["stop_grace_period"].removesuffix("s")) > 10


def test_settings_come_from_outside_and_none_stands_in_the_file(desk: dict[str, Any]) -> None:
    assert all(re.fullmatch(rf"{PREFIX}[A-Z_]+", each) for each in desk["environment"])
    settings = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").glob("*.py"))
    assert all(f'"{each.removeprefix(PREFIX)}"' in settings for each in desk["environment"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_the_unit_is_as_systemd_wants_it(tmp_path: Path) -> None:
    # The program stands where an installation puts it; here another one takes its place.
    unit = tmp_path / "jiangbu.service"
    text = (DEPLOY / "jiangbu.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/jiangbu/.venv/bin/jiangbu", shutil.which("true") or ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    assert done.returncode == 0

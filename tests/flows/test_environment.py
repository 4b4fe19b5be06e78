"""The desk's Prefect is its own: no setting of another one reaches it, and it tells nobody about itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from desks import settings_at

from flows.environment import base_environment, prefect_environment, prefect_folder, server_environment

FOREIGN = {
    "PATH": "/bin",
    "PREFECT_API_URL": "https://prefect.example/api",
    "PREFECT_API_KEY": "secret",
    "prefect_api_auth_string": "a:b",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "HTTP_PROXY": "http://proxy.example:3128",
    "NO_PROXY": "intranet.example",
}


@pytest.mark.parametrize("of", ["web", "runner", "server"])
def test_nothing_of_another_prefect_reaches_a_child(tmp_path: Path, of: str) -> None:
    settings = settings_at(tmp_path)
    env = {
        "web": lambda: base_environment(settings, FOREIGN),
        "runner": lambda: prefect_environment(settings, FOREIGN, "http://127.0.0.1:4200/api"),
        "server": lambda: server_environment(settings, FOREIGN, 4200),
    }[of]()
    assert env["PATH"] == "/bin"
    assert not {"PREFECT_API_KEY", "prefect_api_auth_string", "PREFECT__SERVER_EPHEMERAL"} & set(env)
    assert env.get("PREFECT_API_URL") == (None if of == "web" else "http://127.0.0.1:4200/api")
    assert env["NO_PROXY"] == "intranet.example,127.0.0.1,localhost", "a proxy is not asked for ourselves"


def test_a_child_finds_the_same_desk_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = base_environment(settings_at(Path("var")), {"JIANGBU_SMTP_URL": "smtp://mail.example"})
    assert env["JIANGBU_HOME"] == str(tmp_path / "var")
    assert env["JIANGBU_SMTP_URL"] == "smtp://mail.example"


def test_prefect_reads_our_settings_and_no_others(tmp_path: Path) -> None:
    """Prefect itself is asked what it understood, names of settings change between versions."""
    settings = settings_at(tmp_path)
    folder = prefect_folder(settings)
    folder.mkdir()
    question = """
import json
from prefect.settings import get_current_settings
s = get_current_settings()
services = s.server.services
print(json.dumps([
    str(s.home), str(s.profiles_path), s.api.url, s.api.key is None, s.server.ephemeral.enabled,
    s.server.analytics_enabled, s.server.ui.show_promotional_content, s.server.database.connection_url.get_secret_value(),
    s.server.concurrency.lease_storage, sorted(services.db_vacuum.enabled_vacuum_types),
    services.db_vacuum.retention_period.days, s.flows.heartbeat_frequency, s.server.cors_allowed_origins
    if hasattr(s.server, "cors_allowed_origins") else s.server.api.cors_allowed_origins,
]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", question],
        env=server_environment(settings, os.environ | FOREIGN, 4242),
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(answer.stdout) == [
        str(folder),
        str(folder / "profiles.toml"),
        "http://127.0.0.1:4242/api",
        True,
        False,
        False,
        False,
        f"sqlite+aiosqlite:///{folder}/prefect.db",
        "prefect.server.concurrency.lease_storage.filesystem",
        ["events", "flow_runs", "orphans"],
        400,
        30,
        "http://127.0.0.1:4242",
    ]

"""What the children see of the environment: our settings, our Prefect, and nothing of another one."""

from collections.abc import Mapping
from pathlib import Path

from config.settings import Settings
from flows.errors import CannotStart
from flows.ports import LOOPBACK

RETENTION_DAYS = 400
"""How long finished runs stay on show: a whole cycle and the talk about it afterwards."""

DESK_URL_FILE = "desk_url"
"""In Prefect's folder: where people find the desk, for links from a run to what it dealt with."""

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_COLORS": "false",
}


def prefect_folder(settings: Settings) -> Path:
    """Where our Prefect keeps all it keeps."""
    return settings.home.absolute() / "prefect"


def base_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """For every child: what we were given, without anything that would steer Prefect elsewhere.

    A proxy for the outside world stays, but is not used to talk to ourselves.
    """
    kept = {name: value for name, value in inherited.items() if not name.upper().startswith("PREFECT_")}
    own = f"{LOOPBACK},localhost"
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = f"{kept[name]},{own}" if kept.get(name) else own
    # Children run in other folders than ours, so what was relative to ours is spelt out.
    kept["JIANGBU_HOME"] = str(settings.home.absolute())
    kept["JIANGBU_DATABASE_URL"] = settings.database_url
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def prefect_environment(settings: Settings, inherited: Mapping[str, str], api_url: str) -> dict[str, str]:
    """For the children that speak to Prefect."""
    folder = prefect_folder(settings)
    return (
        base_environment(settings, inherited)
        | _QUIET
        | {
            "PREFECT_HOME": str(folder),
            "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
            "PREFECT_API_URL": api_url,
            # Without this a lost address would quietly start a throw-away server.
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
            # Beats tell a run that works from one whose process is gone.
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        }
    )


def server_environment(settings: Settings, inherited: Mapping[str, str], port: int) -> dict[str, str]:
    """For our Prefect server. It has no users, so only this machine and only its own pages may ask it."""
    origin = f"http://{LOOPBACK}:{port}"
    return prefect_environment(settings, inherited, f"{origin}/api") | {
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
        # In memory, a slot held at a power cut would never be given back.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RETENTION_DAYS * 86_400),
    }


def environment_alone(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str] | None:
    """For a runner that somebody started by itself; None where it has an environment of ours already.

    Raises `CannotStart` where no setting names a Prefect for it to serve: a server of its own would serve nobody.
    """
    if inherited.get("PREFECT_HOME") == str(prefect_folder(settings)):
        return None
    if settings.prefect_api_url is None:
        raise CannotStart(
            "单独运行日程须用 JIANGBU_PREFECT_API_URL 指明流程服务；jiangbu up 则一并运行。",
            "The schedule alone needs JIANGBU_PREFECT_API_URL to say where Prefect is; jiangbu up runs its own.",
        )
    return prefect_environment(settings, inherited, settings.prefect_api_url)

"""Everything under one command: the web, our Prefect server, and the runner of the schedule."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from flows.children import Child
from flows.environment import (
    DESK_URL_FILE,
    base_environment,
    prefect_environment,
    prefect_folder,
    server_environment,
)
from flows.lock import hold
from flows.ports import LOOPBACK, remembered_port, require_free
from flows.watch import Watch

API_URL_FILE = "api_url"
"""In Prefect's folder: where its API is, for pages that show its runs."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where people find the desk, Prefect's own pages, and the logs."""

    desk: str
    prefect: str
    logs: Path


def supervise(
    settings: Settings,
    *,
    host: str,
    port: int,
    prepare: Callable[[], None],
    announce: Callable[[Addresses], None],
    say: Callable[[str], None],
) -> None:
    """Bring the desk up, keep it up, and stop it cleanly on SIGINT or SIGTERM.

    `prepare` is called once the data folder is ours and before anything starts, `announce` once all works;
    `say` takes what happens in between. Raises `CannotStart` where another desk holds the folder, a port is
    taken, or a child does not start. A second call goes on where the first one was.
    """
    desk = f"http://{_in_url(host)}:{port}"
    with hold(settings.home, desk):
        require_free(host, port)
        folder = prefect_folder(settings)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_port = None
        if settings.prefect_api_url is None:
            own_port = remembered_port(folder / "port", avoid=port)
        api_url = settings.prefect_api_url or f"http://{LOOPBACK}:{own_port}/api"
        (folder / API_URL_FILE).write_text(f"{api_url}\n")
        (folder / DESK_URL_FILE).write_text(f"http://{_in_url(_reachable(host))}:{port}\n")
        prepare()
        logs = settings.home.absolute() / "log"
        watch = Watch(
            household(settings, host=host, port=port, own_port=own_port, api_url=api_url), logs, say
        )
        watch.run(lambda: announce(Addresses(desk, api_url.removesuffix("/api"), logs)))


def household(
    settings: Settings,
    *,
    host: str,
    port: int,
    own_port: int | None,
    api_url: str,
) -> Sequence[Child]:
    """The children of a desk. Without a port of its own for Prefect it relies on a server elsewhere."""
    folder = prefect_folder(settings)
    # -P: a folder of the caller's that happens to be called `cli` or `web` is none of ours.
    python = (sys.executable, "-P", "-m")
    web = Child(
        name="web",
        argv=(*python, "cli", "web", "--host", host, "--port", str(port)),
        env=base_environment(settings, os.environ),
        health_url=f"http://{_in_url(_reachable(host))}:{port}/healthz",
    )
    runner = Child(
        name="runner",
        argv=(*python, "cli", "flows"),
        env=prefect_environment(settings, os.environ, api_url),
        # Prefect also reads .env, prefect.toml and pyproject.toml of the working folder: not somebody else's.
        cwd=folder,
        after=() if own_port is None else ("prefect",),
    )
    if own_port is None:
        return (web, runner)
    server = Child(
        name="prefect",
        argv=(*python, "flows.server", str(own_port)),
        env=server_environment(settings, os.environ, own_port),
        cwd=folder,
        health_url=f"{api_url}/health",
    )
    return (web, server, runner)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _reachable(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound

"""`jiangbu up` with stand-ins for the web, Prefect and the runner. usage: stand_in_desk.py HOME PORT"""

import sys
from collections.abc import Sequence
from pathlib import Path

from desks import settings_at

from config.settings import Settings
from flows import supervisor
from flows.children import Child
from flows.environment import base_environment
from flows.errors import CannotStart

home, web_port = Path(sys.argv[1]), int(sys.argv[2])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def household(settings: Settings, *, host: str, port: int, own_port: int, api_url: str) -> Sequence[Child]:
    def child(name: str, number: int | None, after: tuple[str, ...] = ()) -> Child:
        script = str(Path(__file__).with_name("stand_in_child.py"))
        address = () if number is None else (str(number),)
        return Child(
            name,
            (sys.executable, script, name, str(home / "journal"), *address),
            base_environment(settings, supervisor.os.environ),
            health_url=None if number is None else f"http://127.0.0.1:{number}/",
            after=after,
        )

    return child("web", port), child("prefect", own_port), child("runner", None, ("prefect",))


supervisor.household = household
try:
    supervisor.supervise(
        settings_at(home),
        host="127.0.0.1",
        port=web_port,
        prepare=lambda: say("prepared"),
        announce=lambda addresses: say(f"ready {addresses.desk} {addresses.prefect}"),
        say=say,
    )
except CannotStart as reason:
    say(f"cannot start: {reason.en}")
    sys.exit(3)

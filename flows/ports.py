"""Which ports the desk listens on: the web's is given, Prefect's is found and remembered."""

import socket
from contextlib import suppress
from pathlib import Path

from flows.errors import CannotStart

LOOPBACK = "127.0.0.1"
_FIRST_CHOICES = range(4200, 4300)  # from Prefect's usual one upward, for several desks on one machine


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections that linger from a desk just stopped are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(host: str, port: int) -> None:
    """Raise `CannotStart` unless the web can listen at the address that was asked for."""
    if not is_free(host, port):
        raise CannotStart(
            f"{host}:{port} 不能监听（端口已被占用或无权使用）；请用 --port 另选一个端口。",
            f"Cannot listen on {host}:{port} (taken, or not permitted); choose another port with --port.",
        )


def remembered_port(memory: Path, *, avoid: int) -> int:
    """A free port on loopback, the same as last time where that is possible, so that bookmarks stay good."""
    choices = list(_FIRST_CHOICES)
    with suppress(FileNotFoundError, ValueError):
        choices.insert(0, int(memory.read_text()))
    for port in choices:
        if port != avoid and is_free(LOOPBACK, port):
            memory.parent.mkdir(parents=True, exist_ok=True)
            memory.write_text(f"{port}\n")
            return port
    raise CannotStart(
        f"本机 {_FIRST_CHOICES.start} 至 {_FIRST_CHOICES.stop - 1} 端口均被占用，流程服务无法启动；请释放其中一个。",
        f"All ports from {_FIRST_CHOICES.start} to {_FIRST_CHOICES.stop - 1} are taken, Prefect cannot start; free one of them.",
    )

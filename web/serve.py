"""`jiangbu web`: the pages, served until the process is told to stop."""

import logging
import sys

import uvicorn

from claims.desk import Desk, open_desk
from claims.security_log import Kind
from config.settings import load_settings
from web.app import create_app

TURN = 0.0005
"""Seconds that a thread may go on while others wait. A page asks the database some forty times, and after each it waits
its turn: at Python's own 5 ms, one long list that is being drawn would hold up every other page by 200 ms.
"""


def main(host: str, port: int) -> None:
    """Serve the desk of the settings on `host` and `port`.

    Behind a proxy on this machine the scheme and the address it forwards are believed; from elsewhere they are
    not. Raises `DatabaseNotReady` where there is no desk to serve.
    """
    sys.setswitchinterval(TURN)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("jiangbu", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
    with open_desk(load_settings()) as desk:
        announce(desk)
        uvicorn.run(
            create_app(desk), host=host, port=port, log_config=None, access_log=False, server_header=False
        )


def announce(desk: Desk) -> None:
    """Tell the security log which settings the desk is served under, as far as they bear on who gets in."""
    settings = desk.settings
    desk.note(
        Kind.DESK_OPENED,
        rehearsal=desk.rehearsal,
        database=desk.engine.dialect.name,
        second_factor_for=", ".join(sorted(settings.totp_roles)),
        single_sign_on=settings.single_sign_on.issuer if settings.single_sign_on else "",
    )

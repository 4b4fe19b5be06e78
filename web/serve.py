"""`jiangbu web`: the pages, served until the process is told to stop."""

import logging

import uvicorn

from claims.desk import open_desk
from config.settings import load_settings
from web.app import create_app


def main(host: str, port: int) -> None:
    """Serve the desk of the settings on `host` and `port`.

    Behind a proxy on this machine the scheme and the address it forwards are believed; from elsewhere they are
    not. Raises `DatabaseNotReady` where there is no desk to serve.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("jiangbu", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
    with open_desk(load_settings()) as desk:
        uvicorn.run(
            create_app(desk), host=host, port=port, log_config=None, access_log=False, server_header=False
        )

"""A small child for tests of supervision: it says when it starts and stops, answers on a port, and may misbehave.

usage: stand_in_child.py NAME JOURNAL [PORT]; STAND_IN_<NAME>=broken|stubborn|crashing|parent
"""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from flows.tether import lead_runs

name, journal = sys.argv[1], Path(sys.argv[2])
manner = os.environ.get(f"STAND_IN_{name.upper()}", "")


def note(what: str) -> None:
    with journal.open("a") as file:
        file.write(f"{name} {what} {os.getpid()}\n")


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


def stop(*_args: object) -> None:
    note("stopping")
    if manner != "stubborn":
        sys.exit(0)


signal.signal(signal.SIGTERM, stop)
note("started")
if manner == "broken":
    sys.exit("no such module")
if manner == "parent":
    lead_runs()
    run = "import time; from flows.tether import tether_to_runner; tether_to_runner(); time.sleep(600)"
    note(f"run {subprocess.Popen([sys.executable, '-c', run]).pid}")
if len(sys.argv) > 3:
    time.sleep(0.3)  # so that an order which does not wait for health would show
    server = HTTPServer(("127.0.0.1", int(sys.argv[3])), Healthy)
    note("healthy")
    server.serve_forever()
while True:
    time.sleep(600)

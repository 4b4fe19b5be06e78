"""Python imports this at its start wherever the folder is on the path: there, the desk's clock is led from outside.

The file that LED_CLOCK names says by how many seconds the desk is ahead of the machine. Time runs on in between, so
leases and periods run out as they should, and Prefect goes by the machine's own time.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from claims import clock

running, ahead = clock.now, Path(os.environ["LED_CLOCK"])


def led() -> datetime:
    return running() + timedelta(seconds=float(ahead.read_text()))


clock.now = led

"""A flow that takes its time, to be interrupted, and one that fails. Run by a real runner in a process of its own."""

import os
import time
from pathlib import Path

from prefect import flow

from flows.alerts import recovered
from flows.tether import tether_to_runner

SECONDS = float(os.environ.get("NAP_SECONDS", "0"))


@flow(name="nap", persist_result=False, on_completion=[recovered])
def nap() -> None:
    """午休。Sleeps, and says before and after that it did."""
    tether_to_runner()
    journal = Path(os.environ["NAP_JOURNAL"])
    for what in ("begun", "ended"):
        with journal.open("a") as file:
            file.write(f"{what} {os.getpid()}\n")
        if what == "begun":
            time.sleep(SECONDS)


@flow(name="stumble", persist_result=False)
def stumble() -> None:
    """绊倒。Fails with words that quote a record."""
    tether_to_runner()
    raise ValueError("parameters: ('622848…', '王某')")

"""A simulation from its scenario to its report."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from flows.simulation.county import Journal, county
from flows.simulation.report import Report, report_of, write_report
from flows.simulation.scenario import Scenario
from flows.simulation.years import Years

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made as a temporary one should be
WHOLE = ((1, 1), (7, 1))
"""The days on which everything is checked from its beginning, as on the last."""


def simulate(scenario: Scenario, out: Path, told: Callable[[str], None] = lambda _: None) -> Report:
    """Live through the years and leave log, charts and report in the folder `out`. `told` hears each month.

    The county's data lie in a temporary folder inside `out` and are gone at the end. Meant for a process of its own:
    a desk that stands still at `JIANGBU_NOW` would run on beside it.
    """
    started = perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "log.txt").open("w", encoding="utf-8") as log,
        tempfile.TemporaryDirectory(dir=out, prefix=".county-") as home,
        _quick_mailbox(Path(home)),
        county(scenario, Path(home), Journal(log)) as found,
    ):
        years = Years(found, Path(home))
        for day in scenario.days():
            years.live(day)
            years.inspect(day, whole=(day.month, day.day) in WHOLE or day == scenario.last_day)
            if day.day == 1:
                told(f"{day:%Y-%m}")
        report = report_of(years)
        log.write(f"audit root {report.root}\n")
    write_report(report, out)
    return report.timed(perf_counter() - started)


@contextmanager
def _quick_mailbox(home: Path) -> Iterator[None]:
    """Letters are written so that a power cut loses none; in memory, where there is such a place, that costs nothing."""
    if os.access(IN_MEMORY, os.W_OK):
        with tempfile.TemporaryDirectory(dir=IN_MEMORY, prefix="jiangbu-mail-") as folder:
            (home / "mail").symlink_to(folder)
            yield
    else:
        yield

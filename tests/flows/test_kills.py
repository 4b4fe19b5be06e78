"""A little of what `make drive` does at length: children of a busy desk are killed, and nothing is lost or doubled."""

from pathlib import Path

import pytest
from kill_drive import HOURS, drive

pytestmark = pytest.mark.slow


def test_a_desk_whose_children_are_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    """On the last day of submissions, with everybody at work."""
    outcome = drive(tmp_path, kills=4, seed=4, days=slice(12, 13), hours=HOURS[1:2], between=(0.1, 1.0))
    assert outcome.problems == ()
    assert len(outcome.kills) == 4
    assert len({each.victim for each in outcome.kills}) >= 2
    assert outcome.claims > 0
    assert outcome.events > outcome.claims
    assert outcome.letters > 0

"""The board that an administrator finds in Prefect: counts and sums, a version for each change, leading to the desk."""

import re
from pathlib import Path

import pytest
import world
from desks import settings_at
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefects import Prefect

from claims.desk import Desk
from claims.timing.due import SlotResult
from flows import board
from flows.environment import DESK_URL_FILE, prefect_folder
from flows.report import desk_links
from states.stages import Stage


def link(settings: object, url: str) -> None:
    folder = prefect_folder(settings)  # type: ignore[arg-type]
    folder.mkdir(parents=True)
    (folder / DESK_URL_FILE).write_text(f"{url}\n")


def test_the_board_counts_and_names_nobody(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        for stage in (Stage.DRAFT, Stage.SUBMITTED, Stage.SUBMITTED):
            world.bring_to(tx, stage)
    with sqlite_desk.reading() as tx:
        found = board.boards(tx)
    assert list(found) == ["cycle-2025"]
    text = found["cycle-2025"]
    assert "申报 3 件" in text
    assert "| 待受理 | 2 | 0 |" in text
    assert "| 预算 | 2,000,000 |" in text
    assert "| 截止申报 | 2025-05-01 00:00 |" in text
    assert not re.search("SB-|嵊泗|合作社", text)


def test_a_run_leads_to_the_desk_and_to_what_it_dealt_with(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    assert desk_links(settings) == "", "where nobody wrote down where the desk is"
    link(settings, "http://127.0.0.1:8000")
    claim = SlotResult("lapse:SB-2025-0001:1", "lapse", 2025, "SB-2025-0001", world.MORNING, "done", None)
    links = desk_links(settings, [claim] * 2)
    assert links == (
        "[年度看板](http://127.0.0.1:8000/cycle) · [日历](http://127.0.0.1:8000/calendar) · "
        "[2025 年度](http://127.0.0.1:8000/cycle/2025) · "
        "[SB-2025-0001](http://127.0.0.1:8000/claims/SB-2025-0001)"
    )


@pytest.mark.slow
def test_prefect_keeps_a_version_of_the_board_for_each_change_and_none_without(prefect: Prefect) -> None:
    with temporary_settings({PREFECT_API_URL: prefect.api_url}), get_client(sync_client=True) as client:
        for text, links, changed in (
            ("# 一", "[x](http://127.0.0.1:1)", ("cycle-2031",)),
            ("# 一", "[x](http://127.0.0.1:2)", ()),
            ("# 二", "[x](http://127.0.0.1:2)", ("cycle-2031",)),
        ):
            assert board.keep_up(client, {"cycle-2031": text}, links) == changed
    versions = prefect.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["cycle-2031"]}}})
    assert sorted(each["data"].partition("\n")[0] for each in versions) == ["# 一", "# 二"]

"""The calendar's pages and its subscription."""

import re
from datetime import date, datetime, timedelta

import world
from icalendar import Calendar
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.timing.due import settle_due
from claims.timing.timetable import Entry
from states.calendar import TZ
from states.stages import Stage
from web.ical import calendar
from web.wording import Words


def address_of(visitor: Visitor) -> str:
    page = visitor.post("/calendar/key").text
    found = re.search(r"http://testserver(/calendar\.ics\?key=[\w-]{40,}&amp;lang=zh)", page)
    assert found
    return found[1].replace("&amp;", "&")


def events(visitor: Visitor, url: str) -> dict[str, str]:
    """UID to summary."""
    answer = visitor.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return {str(each["uid"]): str(each["summary"]) for each in Calendar.from_ical(answer.content).events}


def test_the_month_shows_each_step_in_the_desks_words_and_leads_to_it(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
    page = sign_in("guo").get("/calendar").text
    assert f'<a href="/claims/{number}">视为受理' in page
    assert "2025年3月" in words_of(page)
    assert 'aria-current="date"' in page
    after = sign_in("guo").get("/calendar?month=2025-05").text
    assert '<a href="/cycle/2025">截止申报' in after
    assert "2025年5月1日" in words_of(after)


def test_days_off_are_told_from_working_days_with_make_up_days(sign_in: SignIn) -> None:
    page = sign_in("guo").get("/calendar?month=2025-04").text
    off = {
        int(day)
        for day in re.findall(r">(\d+)(?:</a>)? <i>休", page.split("<tbody>")[1].split("</tbody>")[0])
    }
    assert {4, 5, 6} <= off
    assert 27 not in off, "the Sunday before the May holiday is worked"


def test_many_claims_of_a_moment_stand_together_and_one_by_one_on_their_day(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.DRAFT) for _ in range(3)]
    visitor = sign_in("guo")
    month = visitor.read("/calendar?month=2025-05")
    assert "逾期失效 × 3" in month
    assert numbers[0] not in month
    day = visitor.read("/calendar/day?on=2025-05-01")
    assert all(number in day for number in numbers)


def test_what_is_provisional_says_so(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    from sqlalchemy import update

    from claims.models import Claim

    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
        tx.session.execute(update(Claim).where(Claim.number == number).values(due_provisional=True))
    visitor = sign_in("guo")
    assert "视为受理 暂定" in visitor.read("/calendar")
    (event,) = (
        each
        for each in Calendar.from_ical(visitor.get(address_of(visitor)).content).events
        if "视为受理" in each["summary"]
    )
    assert event["status"] == "TENTATIVE"
    assert "（暂定）" in event["summary"]
    assert "放假安排尚未公布" in visitor.read("/calendar?month=2031-05")


def test_months_that_are_none_show_the_present_one_and_days_that_are_none_are_no_page(
    sign_in: SignIn,
) -> None:
    visitor = sign_in("guo")
    for month in ("x", "2025-13", "9999-12", "0001-01", "2025-03-09"):
        assert "2025年3月" in visitor.read(f"/calendar?month={month}")
    for day in ("", "2025-02-30", "9999-12-31", "then"):
        assert visitor.get(f"/calendar/day?on={day}").status_code == 404


def test_a_calendar_program_reads_the_timetable_without_signing_in(
    rehearsal_desk: Desk, sign_in: SignIn, passer_by: Visitor
) -> None:
    url = address_of(sign_in("guo"))
    found = events(passer_by, url)
    assert "2025 年度 · 截止申报" in found.values()
    assert len(found) > 3
    assert "2025 · Close submissions" in events(passer_by, url.replace("lang=zh", "lang=en")).values()


def test_an_event_keeps_its_uid_and_says_when_it_is_done(
    rehearsal_desk: Desk, sign_in: SignIn, passer_by: Visitor
) -> None:
    url = address_of(sign_in("guo"))
    closing = next(uid for uid, name in events(passer_by, url).items() if "截止申报" in name)
    clock.pin(datetime(2025, 5, 1, 0, 5, tzinfo=TZ))
    settle_due(rehearsal_desk)
    (event,) = (
        each for each in Calendar.from_ical(passer_by.get(url).content).events if each["uid"] == closing
    )
    assert event["description"] == "已办理。"


def test_the_subscription_names_no_person_unit_or_claim(
    rehearsal_desk: Desk, sign_in: SignIn, passer_by: Visitor
) -> None:
    with rehearsal_desk.transaction() as tx:
        for stage in (Stage.DRAFT, Stage.SUBMITTED):
            world.bring_to(tx, stage, world.FORM if stage is Stage.SUBMITTED else None)
    text = passer_by.get(address_of(sign_in("guo"))).text.replace("\r\n ", "")
    for secret in (
        "SB-2025",
        world.INSTITUTE[0],
        world.COMPANY[0],
        world.FORM.contact,
        world.FORM.phone,
        "guo",
    ):
        assert secret not in text


def test_an_address_that_was_taken_back_replaced_or_guessed_is_no_page(
    sign_in: SignIn, passer_by: Visitor
) -> None:
    visitor = sign_in("guo")
    first = address_of(visitor)
    second = address_of(visitor)
    assert passer_by.get(first).status_code == 404
    assert passer_by.get(second).status_code == 200
    assert visitor.post("/calendar/key/revoke").status_code == 303
    for url in (second, "/calendar.ics", "/calendar.ics?key=", "/calendar.ics?key=guess"):
        assert passer_by.get(url).status_code == 404, url


def test_signing_in_does_not_open_the_subscription(sign_in: SignIn) -> None:
    assert sign_in("guo").get("/calendar.ics").status_code == 404


def test_the_file_is_as_the_standard_wants_it() -> None:
    at = datetime(2026, 5, 1, tzinfo=TZ)
    long = Entry(
        "end_notice:〔2026〕3号", "end_notice", at, 2026, "〔2026〕3号" * 20, 40, 40, provisional=True
    )
    body = calendar([long], Words("zh"), site="https://desk.example/", desk="a", now=at - timedelta(days=1))
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert b"".join(lines).count(b"BEGIN:VTIMEZONE") == 1
    assert b"DTSTART;TZID=Asia/Shanghai:20260501T000000" in lines
    (event,) = Calendar.from_ical(body).events
    assert event.start.astimezone(TZ) == at
    other = calendar([long], Words("zh"), site="https://desk.example/", desk="b", now=at)
    assert Calendar.from_ical(other).events[0]["uid"] != event["uid"], "two desks in one program"


def test_the_list_goes_on_to_the_report_in_the_next_year(sign_in: SignIn) -> None:
    page = sign_in("guo").read("/calendar")
    assert "以后将办" in page
    assert "年度报告" in page
    assert date(2026, 1, 10).isoformat() in sign_in("guo").get("/calendar").text

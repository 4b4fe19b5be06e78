"""Filing and correcting claims: who may, what is refused, and what the database itself holds to."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from world import (
    COMPANY,
    FORM,
    YEAR,
    a_form,
    add_draft,
    add_papers,
    another_form,
    bring_to,
    submit,
    uscc,
    who,
)

from claims import clock
from claims.desk import Desk, Tx
from claims.errors import (
    BadValue,
    DuplicateStandard,
    NotAllowed,
    NotEditable,
    StandardTaken,
    UnitOutOfScope,
)
from claims.facts import load_claim
from claims.identity import people
from claims.models import Claim, DueSlot, EventRow, Organisation
from claims.review.decisions import act
from claims.submission.filing import ClaimForm, correct, file_claim, form_of, preview_findings
from states.calendar import TZ
from states.errors import FindingsOpen, OutOfScope, VersionConflict, WindowClosed
from states.stages import Stage, Trigger


def file(desk: Desk, form: ClaimForm, by: str = "lin") -> str:
    with desk.transaction() as tx:
        return file_claim(tx, YEAR, form, actor=who(tx, by)).number


def codes_of(desk: Desk, form: ClaimForm, by: str = "lin") -> tuple[str, ...]:
    """The codes with which a form is refused; holds that nothing was written."""
    before = counted(desk)
    with pytest.raises(FindingsOpen) as refused:
        file(desk, form, by)
    assert counted(desk) == before
    return refused.value.codes


def counted(desk: Desk) -> tuple[int | None, ...]:
    with desk.reading() as tx:
        return tuple(
            tx.session.scalar(select(func.count()).select_from(table))
            for table in (Claim, EventRow, DueSlot, Organisation)
        )


# A claim as it is filed


def test_a_claim_begins_as_a_draft_with_its_number_event_and_deadline(desk: Desk) -> None:
    with desk.transaction() as tx:
        filed = file_claim(tx, YEAR, FORM, actor=who(tx, "lin"))
    assert filed.as_json() == {"number": "SB-2025-0001", "stage": "draft", "version": 1}
    with desk.reading() as tx:
        claim = load_claim(tx, "SB-2025-0001")
        assert (claim.due_on, claim.filed_by, claim.policy_version) == (date(2025, 4, 30), "lin", "v1")
        assert form_of(tx, claim) == FORM
        event = tx.session.scalars(select(EventRow).where(EventRow.stream == filed.number)).one()
        assert (event.trigger, event.role, event.seq) == ("file", "applicant", 1)
        assert json.loads(event.data)["claim"]["standard_number"] == "DB3309/T 112-2024"
        slot = tx.session.scalars(select(DueSlot).where(DueSlot.key == "lapse:SB-2025-0001:1")).one()
        assert slot.due_at == datetime(2025, 5, 1, tzinfo=TZ), "a draft lapses when the last day is over"


def test_numbers_follow_each_other_without_gaps_whatever_is_refused_between(desk: Desk) -> None:
    assert file(desk, another_form()) == "SB-2025-0001"
    codes_of(desk, another_form(rank=5))
    assert file(desk, another_form()) == "SB-2025-0002"


def test_titles_and_loose_spelling_are_filed_in_the_desks_own_terms(desk: Desk) -> None:
    loose = a_form(
        item="牵头制定 舟山市地方标准",
        field="海洋科技",
        township="菜园镇人民政府",
        standard_number="ｄｂ３３０９／Ｔ　112—2024",
        uscc=FORM.uscc.lower(),
        account="2010 0012-3456 7890 12",
        title="  嵊泗贻贝苗种包装运输\u200b通用技术条件\n",
        requested_yuan=None,
    )
    number = file(desk, loose)
    with desk.reading() as tx:
        assert form_of(tx, load_claim(tx, number)) == FORM


def test_an_account_lies_nowhere_open(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.reading() as tx:
        claim = load_claim(tx, number)
        assert claim.account_masked == "**** 9012"
        row = " ".join(str(getattr(claim, each.name)) for each in Claim.__table__.columns)
        events = " ".join(tx.session.scalars(select(EventRow.data)))
    assert FORM.account not in row + events


def test_the_log_tells_no_persons_telephone_or_address(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        correct(tx, number, {"phone": "13900000000", "contact": "何某"}, actor=who(tx, "lin"))
    with desk.reading() as tx:
        events = " ".join(tx.session.scalars(select(EventRow.data).where(EventRow.stream == number)))
    assert not [
        each for each in (FORM.phone, FORM.contact, FORM.email, "13900000000", "何某") if each in events
    ]
    assert '"private":["contact","phone"]' in events


def test_an_award_has_no_rank_so_that_one_document_may_honour_many(desk: Desk) -> None:
    award = a_form(
        item="award-county-major",
        standard_number="嵊政发[2024]12 号",
        title="重大贡献奖",
        rank=1,
        requested_yuan=None,
        drafters=(),
    )
    first = file(desk, award)
    second = file(desk, replace(award, unit_name=COMPANY[0], uscc=COMPANY[1], township=COMPANY[2]), by="he")
    with desk.reading() as tx:
        found = [load_claim(tx, number) for number in (first, second)]
        assert [(each.rank, each.standard_number, each.requested_yuan) for each in found] == [
            (None, "嵊政发〔2024〕12号", 150_000)
        ] * 2
    assert codes_of(desk, award) == ("same_standard",), "but nobody twice"


# Who may file, and when


def test_a_unit_files_for_itself_and_a_township_for_its_units(desk: Desk) -> None:
    assert file(desk, another_form(), by="lin")
    assert file(desk, another_form(), by="zhou")
    for stranger in ("he", "wu"):
        with pytest.raises(UnitOutOfScope):
            file(desk, another_form(), by=stranger)
    for official in ("sun", "li", "xu", "feng", "guo", "tang"):
        with pytest.raises(NotAllowed):
            file(desk, another_form(), by=official)


def test_a_township_cannot_claim_a_unit_by_moving_it_on_paper(desk: Desk) -> None:
    moved = another_form(township="枸杞乡")
    assert codes_of(desk, moved, by="wu") == ("unit_differs",)


def test_a_credit_code_belongs_to_the_name_it_is_registered_for(desk: Desk) -> None:
    assert codes_of(desk, another_form(unit_name="嵊泗县别家公司")) == ("unit_differs",)
    file(desk, another_form(unit_name="嵊泗县 海洋科技研究所"))


def test_a_unit_that_has_moved_and_is_called_otherwise_files_once_that_is_registered(desk: Desk) -> None:
    moved = another_form(unit_name="嵊泗县海洋研究院", township="枸杞乡")
    assert codes_of(desk, moved) == ("unit_differs", "unit_differs")
    with desk.transaction() as tx:
        assert people.add_unit(tx, moved.unit_name, moved.uscc, moved.township).names == [
            moved.unit_name,
            FORM.unit_name,
        ]
    file(desk, moved)


@pytest.mark.parametrize("day", [date(2025, 2, 28), date(2025, 5, 1)])
def test_claims_are_taken_inside_the_window_only(desk: Desk, day: date) -> None:
    with (
        clock.standing_at(datetime(day.year, day.month, day.day, 12, tzinfo=TZ)),
        pytest.raises(WindowClosed),
    ):
        file(desk, FORM)


# What is refused


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"uscc": FORM.uscc[:-1] + ("0" if FORM.uscc[-1] != "0" else "1")}, "bad_credit_code"),
        ({"township": "普陀镇"}, "unknown_township"),
        ({"contact": " "}, "missing_value"),
        ({"phone": "打电话给我"}, "bad_phone"),
        ({"email": "nobody"}, "bad_email"),
        ({"account": "6222-X"}, "bad_account"),
        ({"account": "1234567"}, "bad_account"),
        ({"item": "lead-everything"}, "unknown_item"),
        ({"field": "天文"}, "unknown_field"),
        ({"title": "长" * 301}, "too_long"),
        ({"revision": True}, "revision_not_paid"),
        ({"rank": 2, "drafters": ()}, "rank_not_paid"),
        ({"rank": None}, "rank_unknown"),
        ({"rank": 0}, "bad_rank"),
        ({"standard_number": "DB3310/T 101-2024"}, "other_region"),
        ({"standard_number": "GB/T 20556-2024"}, "item_mismatch"),
        ({"standard_number": "贻贝标准"}, "number_unrecognised"),
        ({"dated_on": date(2023, 12, 31)}, "out_of_period"),
        ({"dated_on": None}, "date_missing"),
        ({"requested_yuan": 100_001}, "above_ceiling"),
        ({"requested_yuan": 0}, "bad_amount"),
        ({"drafters": ("舟山市标准化研究所",)}, "rank_differs_from_drafters"),
    ],
)
def test_a_form_that_cannot_be_paid_is_refused_with_its_code_and_leaves_no_trace(
    sqlite_desk: Desk, changes: dict[str, object], code: str
) -> None:
    assert codes_of(sqlite_desk, a_form(**changes)) == (code,)


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_sheet(sqlite_desk: Desk) -> None:
    bad = a_form(phone="x", bank="", rank=5, drafters=(), dated_on=date(2020, 1, 1), requested_yuan=999_999)
    with sqlite_desk.reading() as tx:
        columns = [each.column for each in preview_findings(tx, YEAR, bad)]
    assert columns == ["联系电话", "开户银行", "排名", "发布日期", "申请金额"]


def test_a_standard_is_claimed_once_at_a_rank(desk: Desk) -> None:
    file(desk, FORM)
    assert codes_of(desk, FORM) == ("same_standard",)
    rival = a_form(unit_name=COMPANY[0], uscc=COMPANY[1], township=COMPANY[2], drafters=())
    assert codes_of(desk, rival, by="he") == ("same_standard",)


def test_a_withdrawn_claim_makes_room_for_another(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        act(tx, number, Trigger.WITHDRAW, actor=who(tx, "lin"))
    assert file(desk, FORM) == "SB-2025-0002"


def test_the_database_itself_refuses_a_second_first_rank(desk: Desk) -> None:
    first, second = file(desk, FORM), file(desk, another_form())
    with pytest.raises(IntegrityError), desk.transaction() as tx:
        load_claim(tx, second).standard_number = FORM.standard_number
    with desk.transaction() as tx, pytest.raises(DuplicateStandard) as refused:
        _correct_blindly(tx, second, {"standard_number": FORM.standard_number, "item": FORM.item})
    assert refused.value.other == first


def _correct_blindly(tx: Tx, number: str, changes: dict[str, object]) -> None:
    """As a rival would that judged before the other claim was there."""
    from claims.submission import judging

    blind = pytest.MonkeyPatch()
    blind.setattr(judging, "duplicates", lambda *_args: ())
    try:
        correct(tx, number, changes, actor=who(tx, "lin"))
    finally:
        blind.undo()


def test_of_two_who_file_the_same_standard_at_once_one_wins(desk: Desk) -> None:
    rival = a_form(unit_name=COMPANY[0], uscc=COMPANY[1], township=COMPANY[2], drafters=())

    def attempt(form: ClaimForm, by: str) -> str:
        try:
            return file(desk, form, by)
        except (FindingsOpen, DuplicateStandard, StandardTaken) as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        runs = [
            pool.submit(copy_context().run, attempt, *each) for each in [(FORM, "lin"), (rival, "he")] * 4
        ]
        outcomes = [each.result() for each in runs]
    assert [each for each in outcomes if each.startswith("SB-")] == ["SB-2025-0001"]
    assert set(outcomes) - {"SB-2025-0001"} <= {"findings_open", "duplicate_standard", "standard_taken"}


def test_many_file_at_once_and_every_claim_has_a_number_of_its_own(desk: Desk) -> None:
    forms = [another_form() for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        runs = [pool.submit(copy_context().run, file, desk, each) for each in forms]
        numbers = sorted(each.result() for each in runs)
    assert numbers == [f"SB-2025-{serial:04}" for serial in range(1, 13)]


# Corrections


def test_a_draft_is_corrected_and_the_log_tells_from_what_to_what(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        changes = {"account": "201000123456780000", "effective_on": date(2025, 1, 18)}
        recorded = correct(tx, number, changes, actor=who(tx, "zhou"), version=1)
    assert (recorded.stage, recorded.version) == (Stage.DRAFT, 2)
    with desk.reading() as tx:
        claim = load_claim(tx, number)
        assert form_of(tx, claim) == replace(FORM, **changes)
        assert not claim.relied_data_changed
        event = tx.session.scalars(select(EventRow).where(EventRow.stream == number, EventRow.seq == 2)).one()
        told = json.loads(event.data)["changed"]
        assert told["account_masked"] == {"from": "**** 9012", "to": "**** 0000"}
        assert told["effective_on"] == {"from": "2025-01-17", "to": "2025-01-18"}


def test_the_same_values_again_change_nothing(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        recorded = correct(
            tx, number, {"title": f" {FORM.title} ", "account": FORM.account}, actor=who(tx, "lin")
        )
    assert recorded.version == 1


def test_a_correction_may_add_no_error(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx, pytest.raises(FindingsOpen) as refused:
        correct(tx, number, {"requested_yuan": 200_000}, actor=who(tx, "lin"))
    assert refused.value.codes == ("above_ceiling",)


def test_an_unknown_field_is_named_with_those_there_are(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx, pytest.raises(BadValue, match="unit_name"):
        correct(tx, number, {"granted_yuan": 1}, actor=who(tx, "lin"))


def test_only_the_applicants_side_corrects_and_only_where_it_is_asked_to(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        for name, refusal in (("he", OutOfScope), ("wu", OutOfScope), ("li", NotAllowed)):
            with pytest.raises(refusal):
                correct(tx, number, {"remark": "x"}, actor=who(tx, name))
        submit(tx, number)
        with pytest.raises(NotEditable):
            correct(tx, number, {"remark": "x"}, actor=who(tx, "lin"))


def test_a_claim_cannot_be_corrected_into_another_units_hands(desk: Desk) -> None:
    number = file(desk, another_form())
    changes = {"unit_name": COMPANY[0], "uscc": COMPANY[1], "township": COMPANY[2]}
    with desk.transaction() as tx, pytest.raises(UnitOutOfScope):
        correct(tx, number, changes, actor=who(tx, "lin"))


@pytest.mark.parametrize(
    ("changes", "asked_again"),
    [
        ({"title": "新的名称"}, True),
        ({"requested_yuan": 90_000, "bank": "嵊泗另一银行", "contact": "何某"}, False),
    ],
)
def test_departments_are_asked_again_where_what_they_relied_on_has_changed(
    desk: Desk, changes: dict[str, object], asked_again: bool
) -> None:
    with desk.transaction() as tx:
        number = bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        reviewer, unit = who(tx, "li"), who(tx, "lin")
        act(tx, number, Trigger.RETURN_FOR_CORRECTION, actor=reviewer, missing=["title"], reason="名称有误")
        correct(tx, number, changes, actor=unit)
        assert load_claim(tx, number).relied_data_changed is asked_again
        recorded = act(tx, number, Trigger.RESUBMIT, actor=unit)
    assert recorded.stage is (Stage.DEPARTMENT_CHECK if asked_again else Stage.MARKET_SUPERVISION_REVIEW)


def test_a_correction_on_an_old_version_is_refused(desk: Desk) -> None:
    number = file(desk, FORM)
    with desk.transaction() as tx:
        correct(tx, number, {"remark": "一"}, actor=who(tx, "lin"))
        with pytest.raises(VersionConflict):
            correct(tx, number, {"remark": "二"}, actor=who(tx, "zhou"), version=1)


def test_of_two_corrections_at_once_one_wins(desk: Desk) -> None:
    number = file(desk, FORM)

    def attempt(remark: str) -> str:
        try:
            with desk.transaction() as tx:
                correct(tx, number, {"remark": remark}, actor=who(tx, "lin"), version=1)
        except VersionConflict as conflict:
            return conflict.code
        return remark

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(copy_context().run, attempt, each) for each in "甲乙丙丁"]
        outcomes = [each.result() for each in runs]
    assert outcomes.count("version_conflict") == 3


def test_a_claim_of_a_new_unit_registers_the_unit(desk: Desk) -> None:
    new = another_form(unit_name="嵊泗县新贻贝合作社", uscc=uscc(77, "93"))
    file(desk, new, by="zhou")
    with desk.reading() as tx:
        unit = people.find_organisation(tx, uscc(77, "93"))
        assert (unit.names, unit.township, unit.kind) == (["嵊泗县新贻贝合作社"], "菜园镇", "unit")


def test_papers_complete_a_draft_for_submission(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        add_papers(tx, number)
        assert act(tx, number, Trigger.SUBMIT, actor=who(tx, "lin")).stage is Stage.SUBMITTED

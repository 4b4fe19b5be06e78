"""The queue and the year's board: what waits for whom, in which order, on both databases."""

from datetime import timedelta

import pytest
import world

from claims import clock
from claims.desk import Desk
from claims.identity import people
from claims.publicity.objections import file_objection
from claims.publicity.resolutions import publish
from claims.reading import queue
from claims.reading.board import board
from claims.reading.dossier import dossier
from claims.reading.queue import Filters, Tab
from claims.review.decisions import act
from claims.submission.filing import correct
from claims.watch import figures
from states.errors import DisclosureNeeded, ReadingUnconfirmed
from states.stages import Role, Stage, Trigger

WAY = (
    Stage.DRAFT,
    Stage.SUBMITTED,
    Stage.DEPARTMENT_CHECK,
    Stage.MARKET_SUPERVISION_REVIEW,
    Stage.COORDINATION_APPROVAL,
    Stage.PUBLIC_NOTICE,
)


@pytest.fixture
def on_their_way(desk: Desk) -> dict[Stage, str]:
    """One claim at each stage up to an unpublished list."""
    with desk.transaction() as tx:
        return {stage: world.bring_to(tx, stage) for stage in WAY}


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("lin", {Stage.DRAFT}),
        ("he", set()),
        ("zhou", {Stage.DRAFT}),
        ("wu", set()),
        ("sun", {Stage.SUBMITTED}),
        ("qian", {Stage.DEPARTMENT_CHECK}),
        ("zhao", set()),
        ("li", {Stage.MARKET_SUPERVISION_REVIEW}),
        ("xu", {Stage.COORDINATION_APPROVAL, Stage.PUBLIC_NOTICE}),
        ("feng", set()),
        ("guo", set()),
    ],
)
def test_each_person_finds_what_waits_for_them_and_nothing_else(
    desk: Desk, on_their_way: dict[Stage, str], name: str, stages: set[Stage]
) -> None:
    with desk.reading() as tx:
        viewer = world.who(tx, name)
        found = queue.queue(tx, viewer, Tab.MINE, Filters())
        assert {row.number for row in found.rows} == {on_their_way[stage] for stage in stages}
        assert queue.counts(tx, viewer)[Tab.MINE] == len(stages)


def test_a_claim_that_one_has_handled_in_another_duty_waits_for_somebody_else(desk: Desk) -> None:
    with desk.transaction() as tx:
        people.add_user(tx, "sun", Role.REVIEWER)
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        assert queue.next_waiting(tx, world.who(tx, "sun"), "") is None
        assert queue.next_waiting(tx, world.who(tx, "li"), "") == number


def test_a_declared_interest_takes_the_units_claims_out_of_ones_queue(desk: Desk) -> None:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        assert queue.counts(tx, world.who(tx, "li"))[Tab.MINE] == 1
        people.declare_interest(tx, "li", world.INSTITUTE[1], "配偶在该所工作")
        assert queue.counts(tx, world.who(tx, "li"))[Tab.MINE] == 0


def test_a_published_list_leaves_the_coordinators_queue_until_somebody_objects(desk: Desk) -> None:
    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.PUBLIC_NOTICE) for _ in range(2)]
        coordinator = world.who(tx, "xu")
        publish(tx, world.MINUTES, actor=coordinator)
        assert queue.counts(tx, coordinator)[Tab.MINE] == 0
        file_objection(tx, numbers[1], by="某人", text="排名有误")
        assert queue.next_waiting(tx, coordinator, "") == numbers[1]


def test_the_nearest_deadline_comes_first_and_ended_claims_come_last(desk: Desk) -> None:
    with desk.transaction() as tx:
        draft = world.bring_to(tx, Stage.DRAFT)
        review = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        rejected = world.bring_to(tx, Stage.SUBMITTED)
        act(tx, rejected, Trigger.REJECT, actor=world.who(tx, "sun"), reason="不在期间内")
        submitted = world.bring_to(tx, Stage.SUBMITTED)
        found = queue.queue(tx, world.who(tx, "guo"), Tab.ALL, Filters())
    assert [row.number for row in found.rows] == [submitted, review, draft, rejected]
    assert found.rows[-1].due_on is None


def test_pages_follow_each_other_without_gap_or_repetition(desk: Desk) -> None:
    with desk.transaction() as tx:
        filed = {world.add_draft(tx) for _ in range(7)}
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            page = queue.queue(tx, world.who(tx, "lin"), Tab.ALL, Filters(), after=after, limit=3)
            assert page.count == 7
            assert page.requested_yuan == 700_000
            seen += [row.number for row in page.rows]
            after = page.after
    assert len(seen) == 7
    assert set(seen) == filed


def test_a_place_that_makes_no_sense_is_the_first_page(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.add_draft(tx)
        for after in ("x", "2025-02-31~1", "2025-03-01~x", "~"):
            found = queue.queue(tx, world.who(tx, "lin"), Tab.ALL, Filters(), after=after)
            assert [row.number for row in found.rows] == [number]


def test_filters_narrow_the_list_and_its_sums(desk: Desk) -> None:
    with desk.transaction() as tx:
        group = world.add_draft(tx)
        local = world.add_draft(tx, world.FORM)
        viewer = world.who(tx, "guo")

        def found(**given: object) -> list[str]:
            page = queue.queue(tx, viewer, Tab.ALL, Filters(**given))  # type: ignore[arg-type]
            assert page.count == len(page.rows)
            return [row.number for row in page.rows]

        assert found(text="DB3309/T 112") == [local]
        assert found(text="苗种包装") == [local]
        assert found(text=group.lower()) == [group]
        assert found(text="%") == []
        assert found(text="ｄｂ３３０９／ｔ　112") == [local], "neither width nor case nor spaces count"
        assert found(item="lead-group") == [group]
        assert found(township="枸杞乡") == []
        assert found(stage=Stage.DRAFT, cycle=world.YEAR) == [group, local]
        assert found(cycle=2024) == []


def test_a_claim_is_found_by_what_it_says_now(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.add_draft(tx)
        correct(tx, number, {"title": "嵊泗紫菜加工规程"}, actor=world.who(tx, "lin"))
    with desk.reading() as tx:
        viewer = world.who(tx, "li")
        for text, hits in (("紫菜 加工", 1), ("嵊泗贻贝", 0), (number, 1)):
            assert queue.queue(tx, viewer, Tab.ALL, Filters(text)).count == hits, text


def test_overdue_and_soon_count_the_work_of_whoever_looks(desk: Desk) -> None:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
        world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
    # Intake has five working days, until Monday the 17th; the review ten, until the 24th.
    for days, soon, overdue in ((3, 0, 0), (4, 1, 0), (7, 1, 0), (8, 0, 1)):
        with clock.standing_at(world.MORNING + timedelta(days=days)), desk.reading() as tx:
            counted = queue.counts(tx, world.who(tx, "sun"))
            assert (counted[Tab.SOON], counted[Tab.OVERDUE]) == (soon, overdue), days
    with clock.standing_at(world.MORNING + timedelta(days=15)), desk.reading() as tx:
        assert queue.counts(tx, world.who(tx, "sun"))[Tab.OVERDUE] == 1
        assert queue.counts(tx, world.who(tx, "tang"))[Tab.OVERDUE] == 2


def test_the_board_counts_stages_money_and_what_is_late(desk: Desk, on_their_way: dict[Stage, str]) -> None:
    with clock.standing_at(world.MORNING + timedelta(days=20)), desk.reading() as tx:
        found = board(tx, world.YEAR)
        late = figures(tx)["claims_overdue"].values
    assert found.filed == len(on_their_way)
    assert [each.stage for each in found.stages] == list(WAY)
    assert found.granted_yuan == 100_000
    assert found.under_review_yuan == 500_000
    assert {each.stage for each in found.stages if each.overdue} == {
        Stage.SUBMITTED,
        Stage.DEPARTMENT_CHECK,
        Stage.MARKET_SUPERVISION_REVIEW,
    }
    assert found.overdue == sum(late.values()) == 3
    assert [each.due_at for each in found.coming] == sorted(each.due_at for each in found.coming)
    assert found.coming


def test_the_dossier_says_why_an_expected_action_is_not_there(desk: Desk) -> None:
    with desk.transaction() as tx:
        drafted = world.another_form(drafters=(world.INSTITUTE[0], "嵊泗县市场监督管理局"))
        number = world.bring_to(tx, Stage.DRAFT, drafted)
        world.add_papers(tx, number)
        act(tx, number, Trigger.SUBMIT, actor=world.who(tx, "lin"))
        found = dossier(tx, number, world.who(tx, "sun"))
        assert found.offered == ()
        assert {type(refusal) for _, refusal in found.obstacles} == {DisclosureNeeded}
        assert [each.office.code for each in found.drafters] == ["market-supervision"]
        assert "sun" in found.drafters[0].people

        unread = world.another_form(
            item="lead-pinzibiao", standard_number="T/ZZB 0562-2024", requested_yuan=200_000
        )
        number = world.bring_to(tx, Stage.COORDINATION_APPROVAL, unread)
        found = dossier(tx, number, world.who(tx, "xu"))
        assert Trigger.APPROVE not in found.offered
        assert {type(refusal) for trigger, refusal in found.obstacles if trigger is Trigger.APPROVE} == {
            ReadingUnconfirmed
        }

"""A small world that tests share: the year 2025 is open, and everybody who has a part in it has an account.

Written through the use cases, as the desk itself would. Names of people tell their part: `lin` and `he` file for
units, `zhou` and `wu` for townships, and so on (`PEOPLE`).
"""

from dataclasses import replace
from datetime import date, datetime
from itertools import count

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import update

from claims import clock
from claims.desk import Tx, create_database, open_desk
from claims.facts import load_claim
from claims.identity import people
from claims.identity.people import actor, add_unit, add_user
from claims.models import Meta
from claims.review.decisions import act
from claims.submission.filing import ClaimForm, attach, file_claim
from claims.timing.cycles import Plan, open_cycle, plan_cycle
from config.settings import Settings
from states import credit_codes
from states.calendar import TZ
from states.facts import Actor
from states.stages import MAIN_LINE, Role, Stage, Trigger

YEAR = 2025
PLANNED = datetime(2025, 2, 20, 10, 0, tzinfo=TZ)
MORNING = datetime(2025, 3, 10, 9, 30, tzinfo=TZ)
"""A working Monday in the window, which is March and April."""

PLAN = Plan(YEAR, date(2025, 3, 1), date(2025, 4, 30), 2_000_000)
PASSWORD = "correct horse battery"
MINUTES = "〔2025〕3号"


def uscc(serial: int, kind: str = "91") -> str:
    """A made-up credit code of a unit of the county with its right check character."""
    first = f"{kind}330922MA28K{serial:04}"
    return first + credit_codes.check_character(first)


INSTITUTE = ("嵊泗县海洋科技研究所", uscc(1, "12"), "菜园镇")
COMPANY = ("嵊泗县景晟贻贝产业发展有限公司", uscc(2), "枸杞乡")
UNITS = (INSTITUTE, COMPANY)

PEOPLE = {
    "lin": (Role.APPLICANT, INSTITUTE[1]),
    "he": (Role.APPLICANT, COMPANY[1]),
    "zhou": (Role.TOWNSHIP, "菜园镇"),
    "wu": (Role.TOWNSHIP, "枸杞乡"),
    "sun": (Role.INTAKE, None),
    "qian": (Role.DEPARTMENT, "县经信局"),
    "zhao": (Role.DEPARTMENT, "县发改局"),
    "li": (Role.REVIEWER, None),
    "xu": (Role.COORDINATOR, None),
    "feng": (Role.FINANCE, None),
    "deng": (Role.FINANCE, None),
    "guo": (Role.ADMINISTRATOR, None),
    "tang": (Role.AUDITOR, None),
}
"""Who there is, in which role, of which organisation (None: the office that the role belongs to)."""

FORM = ClaimForm(
    unit_name=INSTITUTE[0],
    uscc=INSTITUTE[1],
    township=INSTITUTE[2],
    contact="林某",
    phone="0580-5081234",
    email="office@institute.example.org",
    bank="浙江嵊泗农村商业银行营业部",
    account="201000123456789012",
    item="lead-zhoushan-local",
    field="marine-technology",
    standard_number="DB3309/T 112-2024",
    title="嵊泗贻贝苗种包装运输通用技术条件",
    rank=1,
    revision=False,
    dated_on=date(2024, 12, 17),
    effective_on=date(2025, 1, 17),
    requested_yuan=100_000,
    drafters=(
        "嵊泗县海洋科技研究所",
        "嵊泗县水产养殖服务中心",
        "嵊泗县景晟贻贝产业发展有限公司",
        "嵊泗县东海贻贝科技创新服务有限公司",
        "嵊泗县华利水产有限责任公司",
    ),
)
"""A real standard of the county, claimed by its first drafter. Its field asks one department, that of `qian`."""

_serials = count(200)


def create(settings: Settings) -> None:
    """Make the world in an empty database, live."""
    create_database(settings, rehearsal=False)
    with open_desk(settings) as desk, pytest.MonkeyPatch.context() as patch:
        # Thirteen passwords hashed as they should be take a second; these need keep nobody out.
        cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        patch.setattr(people, "_hasher", lambda: cheap)
        with clock.standing_at(PLANNED), desk.transaction() as tx:
            plan_cycle(tx, PLAN)
            for unit in UNITS:
                add_unit(tx, *unit)
            for name, (role, org) in PEOPLE.items():
                add_user(tx, name, role, org=org, email=f"{name}@example.org", password=PASSWORD)
        with clock.standing_at(datetime(2025, 3, 1, 0, 5, tzinfo=TZ)), desk.transaction() as tx:
            open_cycle(tx, YEAR)


def turn_into_rehearsal(settings: Settings) -> None:
    """A database keeps its mode for ever; only tests save themselves the making of another one."""
    with open_desk(settings) as desk, desk.transaction() as tx:
        tx.session.execute(update(Meta).where(Meta.key == "mode").values(value="rehearsal"))


def a_form(**changes: object) -> ClaimForm:
    """The form above with changes."""
    return replace(FORM, **changes)  # type: ignore[arg-type]


def another_form(**changes: object) -> ClaimForm:
    """A form for a made-up group standard that nobody has claimed yet."""
    serial = next(_serials)
    new = {
        "item": "lead-group",
        "standard_number": f"T/SSYB {serial}-2024",
        "title": f"嵊泗贻贝 第{serial}项",
        "drafters": (),
    }
    return a_form(**(new | changes))


def who(tx: Tx, name: str) -> Actor:
    return actor(tx, name)


# A claim on its way, each step through its use case


def a_paper(kind: str) -> bytes:
    """A small PDF, different for every kind."""
    return f"%PDF-1.7\n% {kind}\n%%EOF\n".encode()


def add_draft(tx: Tx, form: ClaimForm | None = None, by: str = "lin") -> str:
    """File a claim (a new one, unless a form is given); answers with its number."""
    return file_claim(tx, YEAR, form or another_form(), actor=who(tx, by)).number


def add_papers(tx: Tx, number: str, by: str = "lin") -> None:
    """Attach all that the claim's item asks for."""
    claim = load_claim(tx, number)
    for kind in tx.desk.rulebook.version(claim.policy_version).items[claim.item].required_evidence:
        attach(tx, number, kind, f"{kind}.pdf", a_paper(kind), actor=who(tx, by))


def submit(tx: Tx, number: str, by: str = "lin") -> None:
    add_papers(tx, number, by)
    act(tx, number, Trigger.SUBMIT, actor=who(tx, by))


def accept(tx: Tx, number: str) -> None:
    act(tx, number, Trigger.ACCEPT, actor=who(tx, "sun"))


def clear(tx: Tx, number: str) -> None:
    act(tx, number, Trigger.CLEAR, actor=who(tx, "qian"))


def endorse(tx: Tx, number: str) -> None:
    act(tx, number, Trigger.ENDORSE, actor=who(tx, "li"))


def approve(tx: Tx, number: str, resolution: str = MINUTES) -> None:
    act(tx, number, Trigger.APPROVE, actor=who(tx, "xu"), resolution=resolution)


_STEPS = (submit, accept, clear, endorse, approve)


def bring_to(tx: Tx, stage: Stage, form: ClaimForm | None = None) -> str:
    """A claim that has come as far as this stage of the main line, at most to the public notice (not published)."""
    number = add_draft(tx, form)
    for step in _STEPS[: MAIN_LINE.index(stage)]:
        step(tx, number)
    return number

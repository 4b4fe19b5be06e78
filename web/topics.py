"""A filing's topics: one a page, in the order of the pages, and how far each has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from claims.submission.filing_drafts import Filing
from claims.submission.forms import COLUMNS
from web.wording import Words


class Topic(StrEnum):
    UNIT = "unit"
    BANK = "bank"
    STANDARD = "standard"
    ITEM = "item"
    AMOUNT = "amount"


class State(StrEnum):
    """How far a topic has come. `LOCKED`: something else must be done first."""

    DONE = "done"
    STARTED = "started"
    WRONG = "wrong"
    TODO = "todo"
    LOCKED = "locked"


FIELDS: Mapping[Topic, tuple[str, ...]] = MappingProxyType(
    {
        Topic.UNIT: ("unit_name", "uscc", "township", "contact", "phone", "email"),
        Topic.BANK: ("bank", "account"),
        Topic.STANDARD: (
            "standard_number",
            "title",
            "rank",
            "revision",
            "dated_on",
            "effective_on",
            "drafters",
        ),
        Topic.ITEM: ("item", "field"),
        Topic.AMOUNT: ("requested_yuan", "remark"),
    },
)
EVIDENCE, CHECK = "evidence", "check"
PAGES = (*Topic, EVIDENCE, CHECK)

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Topic.UNIT: ("申报单位", "The unit"),
        Topic.BANK: ("收款账户", "Bank account"),
        Topic.STANDARD: ("标准（成果）", "The achievement"),
        Topic.ITEM: ("奖补项目", "Award item"),
        Topic.AMOUNT: ("申请金额", "Amount"),
        EVIDENCE: ("证明材料", "Evidence"),
        CHECK: ("核对并提交", "Check and submit"),
    },
)
STATE_WORDS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.DONE: ("已完成", "done"),
        State.STARTED: ("未填完", "not finished"),
        State.WRONG: ("需更正", "needs correcting"),
        State.TODO: ("未填写", "to do"),
        State.LOCKED: ("尚不能开始", "cannot start yet"),
    },
)
TONES = MappingProxyType(
    {
        State.DONE: "green",
        State.STARTED: "amber",
        State.WRONG: "red",
        State.TODO: "blue",
        State.LOCKED: "grey",
    }
)

TOPIC_OF_CORRECTION: Mapping[str, Topic] = MappingProxyType(
    {
        "applicant": Topic.UNIT,
        "contact": Topic.UNIT,
        "bank_account": Topic.BANK,
        "item": Topic.ITEM,
        "field": Topic.ITEM,
        "requested_yuan": Topic.AMOUNT,
    },
)
"""Where a field that a return may name is corrected; the others are of the achievement."""

_TOPIC_OF = {COLUMNS[name]: topic for topic, names in FIELDS.items() for name in names}
_FIELD_OF = {column: name for name, column in COLUMNS.items()}
FIRST = Topic.UNIT


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the hub and a step of the bar. `url` is empty where it cannot be opened yet."""

    page: str
    title: str
    state: State
    word: str
    tone: str
    url: str


def tasks(words: Words, found: Filing, papers: tuple[int, int] | None) -> tuple[Task, ...]:
    """All pages of a filing with their states; `papers` are the required ones there are and there must be."""
    states = {page: _state(found, page, papers) for page in PAGES}
    return tuple(
        Task(
            page=page,
            title=words.pick(TITLES[page]),
            state=state,
            word=words.t("{a} / {b} 项", "{a} of {b}", a=papers[0], b=papers[1])
            if page == EVIDENCE and papers and state is not State.LOCKED
            else words.pick(STATE_WORDS[state]),
            tone=TONES[state],
            url="" if state is State.LOCKED else f"/apply/{found.key}/{page}",
        )
        for page, state in states.items()
    )


def _state(found: Filing, page: str, papers: tuple[int, int] | None) -> State:
    if page == EVIDENCE:
        return _state_of_papers(found, papers)
    return State.TODO if page == CHECK else _state_of_topic(found, Topic(page))


def _state_of_papers(found: Filing, papers: tuple[int, int] | None) -> State:
    if found.claim is None or papers is None:
        return State.LOCKED
    return State.DONE if papers[0] == papers[1] else State.STARTED if papers[0] else State.TODO


def _state_of_topic(found: Filing, topic: Topic) -> State:
    if topic is Topic.AMOUNT and found.judged.item is None:
        return State.LOCKED
    typed = any(found.typed[name] for name in FIELDS[topic]) or (topic is Topic.BANK and found.account_masked)
    if not typed and topic is not Topic.AMOUNT:
        return State.TODO
    errors = [each for each in found.errors if _TOPIC_OF.get(each.column) is topic]
    if any(each.code != "missing_value" for each in errors):
        return State.WRONG
    return State.STARTED if errors else State.DONE


def problems(words: Words, found: Filing, topic: Topic | None = None) -> dict[str, str]:
    """What keeps the filing back, by field; of one topic or of all. What is about no field stands under an empty name."""
    return {
        _FIELD_OF.get(each.column, ""): words.plain(words.t(each.zh, each.en))
        for each in found.errors
        if topic is None or _TOPIC_OF.get(each.column) is topic
    }


def topic_of(field: str) -> Topic:
    """The page on which a field is typed."""
    return next((topic for topic, names in FIELDS.items() if field in names), FIRST)


def after(page: str) -> str:
    """The page that follows."""
    return str(PAGES[PAGES.index(page) + 1])


def before(page: str) -> str:
    """The page that goes before; empty before the first, where the hub does."""
    place = PAGES.index(page)
    return str(PAGES[place - 1]) if place else ""

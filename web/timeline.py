"""How a claim came to where it stands: the bar of steps, and the record of what happened, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from claims.reading.dossier import Dossier
from states.stages import FILERS, MAIN_LINE, Role, Stage, Trigger
from web.wording import FIELDS, Words

Event = Mapping[str, Any]

AGAINST = frozenset(
    {
        Trigger.RETURN_FOR_CORRECTION,
        Trigger.REJECT,
        Trigger.REMAND,
        Trigger.REVOKE,
        Trigger.RECLAIM,
        Trigger.LAPSE,
    }
    | {"payment_failed", "objection_filed"},
)
"""What a reader looks for first in a record: the claim did not simply go on."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the main line. `state` is done, now, ended (the claim ended here) or ahead; `note` says when and who."""

    position: int
    name: str
    state: str
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the record tells it. `quote` is the reason in the actor's own words; `undone`: taken back since."""

    title: str
    who: str
    when: str
    details: tuple[str, ...]
    quote: str
    against: bool
    undone: bool


def steps(words: Words, dossier: Dossier, *, names: bool) -> tuple[Step, ...]:
    stage = Stage(dossier.claim["stage"])
    here = MAIN_LINE.index(_place(stage, dossier))
    found = []
    for position, each in enumerate(MAIN_LINE):
        when, who = "", ""
        if position < here or stage is Stage.PAID:
            state, event = "done", _leaving(dossier.history, each) or _entering(dossier.history, each)
            if event is not None:
                when, who = words.short_moment(event["at"]), acted_by(words, dossier, event, names=names)
        elif position == here:
            state = "now" if stage in MAIN_LINE or stage is Stage.CORRECTION else "ended"
            who = "" if stage is each else words.title(stage)
        else:
            state = "ahead"
        found.append(Step(position + 1, words.title(each), state, when, who))
    return tuple(found)


def _place(stage: Stage, dossier: Dossier) -> Stage:
    """Where on the main line a claim stands, or stood when it left it."""
    if stage in MAIN_LINE:
        return stage
    if stage is Stage.RECLAIMED:
        return Stage.PAID
    for event in reversed(dossier.history):
        if event["source"] in MAIN_LINE and event["target"] not in MAIN_LINE:
            return Stage(event["source"])
    return Stage.DRAFT


def _leaving(history: Sequence[Event], stage: Stage) -> Event | None:
    """The last event that took the claim on from a stage."""
    ahead = MAIN_LINE[MAIN_LINE.index(stage) + 1 :]
    return _last(each for each in history if each["source"] == stage and each["target"] in ahead)


def _entering(history: Sequence[Event], stage: Stage) -> Event | None:
    return _last(each for each in history if each["target"] == stage and each["source"] != stage)


def _last(events: Iterable[Event]) -> Event | None:
    return next(reversed(list(events)), None)


def timeline(words: Words, dossier: Dossier, *, names: bool) -> tuple[Entry, ...]:
    """Everything that happened, newest first; papers added in one go are one entry."""
    runs = [list(events) for _, events in groupby(dossier.history, key=_run)]
    return tuple(_entry(words, dossier, events, names=names) for events in reversed(runs))


def _run(event: Event) -> tuple[object, ...]:
    """What events of one entry have in common; only papers share one."""
    if event["trigger"] == "evidence_added":
        return (event["trigger"], event["actor"], event["at"][:10])
    return (event["seq"],)


def _entry(words: Words, dossier: Dossier, events: Sequence[Event], *, names: bool) -> Entry:
    event = events[-1]
    return Entry(
        title=words.event(event["trigger"]),
        who=acted_by(words, dossier, event, names=names),
        when=words.short_moment(event["at"]),
        details=tuple(_papers(words, dossier, events) or _details(words, dossier, event)),
        quote=event["reason"],
        against=event["trigger"] in AGAINST,
        undone=any(each["data"].get("undone") == event["seq"] for each in dossier.history),
    )


def _papers(words: Words, dossier: Dossier, events: Sequence[Event]) -> list[str]:
    kinds = dict.fromkeys(event["data"]["kind"] for event in events if event["trigger"] == "evidence_added")
    return [words.listing([named(words, dossier, kind) for kind in kinds])] if kinds else []


def acted_by(words: Words, dossier: Dossier, event: Event, *, names: bool) -> str:
    """The office and, for those inside the offices, the person; the desk itself by its role."""
    role = words.role(event["role"])
    office = dossier.offices.get(event["actor"], "")
    own_side = event["role"] in FILERS
    if event["role"] == Role.SYSTEM or event["actor"] == Role.SYSTEM:
        return words.t("系统自动", "the system")
    if not names and not own_side:
        return office or role
    return " ".join(filter(None, (office or role, event["actor"])))


def _details(words: Words, dossier: Dossier, event: Event) -> Iterable[str]:
    """What the event recorded beside its reason, in words."""
    data = event["data"]
    for key, zh, en in _AMOUNTS:
        if data.get(key) is not None:
            yield words.t(zh, en, amount=words.money(data[key]))
    for key, zh, en in _NAMED:
        if data.get(key):
            yield words.t(zh, en, value=data[key])
    if event["trigger"] == "undone":
        yield words.t("撤销的是：{what}", "taken back: {what}", what=words.event(data["trigger"]))
    if data.get("departments"):
        yield words.t("请核查：", "asked: ") + words.listing(
            [_office(dossier, code) for code in data["departments"]]
        )
    if data.get("missing"):
        yield words.t("需补正：", "to correct: ") + words.listing(
            [named(words, dossier, each) for each in data["missing"]]
        )
    if event["trigger"] == "objection_decided":
        yield (
            words.t("异议成立", "upheld")
            if data.get("outcome") == "upheld"
            else words.t("异议不成立", "dismissed")
        )
    if data.get("deemed"):
        yield words.t("受理期限届满，视为受理", "the intake period ran out: deemed accepted")


_NAMED = (
    ("resolution", "会议纪要 {value}", "minutes {value}"),
    ("document", "文件 {value}", "document {value}"),
    ("batch", "批次 {value}", "batch {value}"),
    ("failure", "银行退回原因：{value}", "the bank says: {value}"),
)
_AMOUNTS = (
    ("proposed_yuan", "建议金额 {amount}", "proposed {amount}"),
    ("granted_yuan", "审定金额 {amount}", "granted {amount}"),
    ("paid_yuan", "拨付金额 {amount}", "paid {amount}"),
    ("municipal_decided_yuan", "市级核定 {amount}", "decided by the city {amount}"),
    ("reclaim_yuan", "追回金额 {amount}", "to reclaim {amount}"),
)


def _office(dossier: Dossier, code: str) -> str:
    known: dict[str, str] = {each["code"]: each["name"] for each in dossier.claim["departments"]}
    return known.get(code, code)


def named(words: Words, dossier: Dossier, key: str) -> str:
    """A thing that a return for correction may name: a paper by its title, a field by its name."""
    for each in dossier.item.evidence:
        if each.kind == key:
            return words.t(each.title, each.title_en)
    return words.known(FIELDS, key)

"""Applicants and townships: they file, forget, mistake, file twice, correct in time or not, and withdraw."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from claims import clock
from claims.desk import Tx
from claims.review.decisions import act
from claims.submission.filing import ClaimForm, attach, correct, file_claim
from flows.simulation.county import County, Deed
from flows.simulation.forms import Imagination
from flows.simulation.mishaps import Crash
from flows.simulation.people import Cast, Temper, Unit, temper
from states.errors import Refusal
from states.stages import Stage, Trigger

READS_MAIL_AT = 18
WITHDRAWS = 0.02
PAPERLESS = 0.06
SAME_RANK = 0.3
"""Of those who duplicate, how many claim another unit's standard at its rank; the others claim their own again."""

BETTER_PAID = 0.03
"""How many come back with the same document as a standard of the mark 品字标, for the difference."""


@dataclass(slots=True)
class Application:
    """What somebody wants to claim. `number` is known once the desk has answered."""

    unit: Unit
    form: ClaimForm
    temper: Temper
    number: str | None = None
    mistaken: bool = False
    tries: int = 0


@dataclass(slots=True)
class Applicants:
    """All who apply. What they mean to do stands in `agenda` by the day; what could not be done is done tomorrow."""

    county: County
    cast: Cast
    imagination: Imagination
    agenda: defaultdict[date, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, Application] = field(default_factory=dict)
    answered: set[tuple[str, str]] = field(default_factory=set)
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = self.county.scenario.random("applicants")

    def think_of(self, year: int, opens_on: date, deadline_on: date) -> None:
        """Make up what will be claimed in a cycle, and when."""
        window = (deadline_on - opens_on).days
        for _ in range(self.county.scenario.claims):
            unit = self._chance.choice(self.cast.units)
            application = Application(
                unit, self.imagination.achievement(unit, year - 1), temper(self._chance)
            )
            late = application.temper is Temper.SLOW
            day = opens_on + timedelta(
                days=window - self._chance.randrange(4) if late else self._chance.randrange(window)
            )
            self._on(day, self._file, application)
            self._accompany(application, day)

    def _accompany(self, application: Application, day: date) -> None:
        """What else comes with some claims: a repetition, a better paid kind of the same, a change of mind."""
        form, chance = application.form, self._chance
        if application.temper is Temper.DUPLICATING:
            unit = chance.choice(self.cast.units) if chance.random() < SAME_RANK else application.unit
            again = replace(form, unit_name=unit.name, uscc=unit.uscc, township=unit.township, drafters=())
            self._on(
                day + timedelta(days=chance.randrange(5)),
                self._file,
                Application(unit, again, Temper.PROMPT, tries=1),
            )
        elif form.item == "lead-group" and chance.random() < BETTER_PAID:
            better = replace(
                form,
                item="lead-pinzibiao",
                standard_number=form.standard_number.replace("T/SSYB", "T/ZZB"),
                requested_yuan=None,
            )
            self._on(
                day + timedelta(days=3), self._file, Application(application.unit, better, Temper.PROMPT)
            )
        if chance.random() < WITHDRAWS:
            self._on(day + timedelta(days=chance.randrange(5, 120)), self._withdraw, application)

    def deeds(self, day: date) -> Iterator[Deed]:
        """What is meant for this day, weekends included; what the desk is down for is meant for the next."""
        yield Deed(self.county.moment(day, READS_MAIL_AT), self._read_mail)
        tomorrow = day + timedelta(days=1)
        for deed in self.agenda.pop(day, ()):
            at = self.county.moment(day, 10) + timedelta(minutes=self._chance.randrange(7 * 60))
            yield Deed(at, deed, partial(self.agenda[tomorrow].append, deed))

    def _read_mail(self) -> None:
        """Claims that came back are taken up again: soon, on the last day, or never."""
        for number, due_on in self.county.look(
            "SELECT number, due_on FROM claim WHERE stage = 'correction' ORDER BY number"
        ):
            application = self.by_number.get(number)
            if application is None or (number, due_on) in self.answered:
                continue
            self.answered.add((number, due_on))
            if application.temper is Temper.ABSENT:
                continue
            today, last = clock.today(), date.fromisoformat(due_on)
            tomorrow, soon = today + timedelta(days=1), today + timedelta(days=self._chance.randrange(1, 6))
            self._on(
                max(tomorrow, last) if application.temper is Temper.SLOW else soon, self._answer, application
            )

    def _on(self, day: date, deed: Callable[[Application], None], application: Application) -> None:
        self.agenda[day].append(partial(deed, application))

    def _tomorrow(self, deed: Callable[[Application], None], application: Application) -> None:
        self._on(clock.today() + timedelta(days=1), deed, application)

    # Deeds

    def _file(self, application: Application) -> None:
        """File, with a mistake first where that is the temper; after a crash, look whether it went through."""
        form = application.form
        if application.temper is Temper.WRONG and not application.mistaken:
            application.mistaken = True
            form = self.imagination.wrong(form)
        application.tries += 1
        year, filer = clock.today().year, application.unit.filer
        result = self.county.decide(
            f"{filer.name} files {form.item} for {application.unit.own.name}",
            lambda tx: file_claim(tx, year, form, actor=filer).number,
        )
        if isinstance(result, str):
            self._take(application, result)
            return
        known = self._known(application)
        if known is not None:
            self._take(application, known)
        elif isinstance(result, Crash) or (application.temper is Temper.WRONG and application.tries < 3):  # noqa: PLR2004 - twice, then given up
            self._tomorrow(self._file, application)

    def _known(self, application: Application) -> str | None:
        """The claim that stands under this application already, unless another application has it."""
        rows = self.county.look(
            "SELECT number FROM claim WHERE uscc = ? AND title = ? AND item = ? AND stage = 'draft' ORDER BY number",
            application.unit.uscc,
            application.form.title,
            application.form.item,
        )
        return next((number for (number,) in rows if number not in self.by_number), None)

    def _take(self, application: Application, number: str) -> None:
        application.number = number
        self.by_number[number] = application
        if application.temper is not Temper.ABSENT:
            self._complete(application)

    def _complete(self, application: Application) -> None:
        """Attach what is missing and submit. Some forget a paper and are told."""
        number = str(application.number)
        forgets = self._chance.random() < PAPERLESS
        kinds = self._missing(number, application.form.item)
        attached = self._attach(application, kinds[:-1] if forgets else kinds)
        submitted = attached and self._act(application, Trigger.SUBMIT)
        if not submitted and self._stage(number) == Stage.DRAFT and application.tries < 6:  # noqa: PLR2004 - some give up
            application.tries += 1
            self._tomorrow(self._complete, application)

    def _answer(self, application: Application) -> None:
        """Mend what the desk has named, and hand the claim in again."""
        number = str(application.number)
        if self._stage(number) != Stage.CORRECTION:
            return
        self._attach(application, (*self._missing(number, application.form.item), "supplement"))
        if self._chance.random() < 0.4:  # noqa: PLR2004 - two in five mend the title, which the departments rely on
            changes: dict[str, Any] = {"title": f"{application.form.title}（修正）"}
            self.county.decide(
                f"{application.unit.filer.name} corrects {number}",
                lambda tx: correct(tx, number, changes, actor=application.unit.filer),
            )
        if not self._act(application, Trigger.RESUBMIT) and self._stage(number) == Stage.CORRECTION:
            self._tomorrow(self._answer, application)

    def _withdraw(self, application: Application) -> None:
        if application.number is not None:
            number = application.number
            self.county.decide(
                f"{application.unit.own.name} withdraws {number}",
                lambda tx: act(tx, number, Trigger.WITHDRAW, actor=application.unit.own),
            )

    # Steps of deeds

    def _attach(self, application: Application, kinds: tuple[str, ...]) -> bool:
        number, filer = str(application.number), application.unit.filer

        def attach_all(tx: Tx) -> None:
            for kind in kinds:
                attach(tx, number, kind, f"{kind}.pdf", _paper(kind, application.tries), actor=filer)

        result = self.county.decide(f"{filer.name} attaches {len(kinds)} papers to {number}", attach_all)
        return not isinstance(result, Refusal | Crash)

    def _act(self, application: Application, trigger: Trigger) -> bool:
        number, filer = str(application.number), application.unit.filer
        result = self.county.decide(
            f"{filer.name} {trigger}s {number}", lambda tx: act(tx, number, trigger, actor=filer)
        )
        return not isinstance(result, Refusal | Crash)

    def _missing(self, number: str, item: str) -> tuple[str, ...]:
        rows = self.county.look(
            "SELECT DISTINCT kind FROM evidence JOIN claim ON claim.id = claim_id WHERE number = ?", number
        )
        present = {kind for (kind,) in rows}
        required = self.county.desk.rulebook.versions[-1].items[item].required_evidence
        return tuple(kind for kind in required if kind not in present)

    def _stage(self, number: str) -> str:
        return str(self.county.look("SELECT stage FROM claim WHERE number = ?", number)[0][0])


def _paper(kind: str, edition: int) -> bytes:
    """A specimen; few different ones, so that ten thousand claims do not fill the disk."""
    return f"%PDF-1.7\n% rehearsal specimen: {kind}, edition {edition}\n%%EOF\n".encode()

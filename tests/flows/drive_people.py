"""Everybody of the small world at work through the API, at once and in no order, as long as the drive lets them."""

import csv
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import httpx
import world
from drive_requests import Book, Program

from flows.simulation.treasury import Bank
from states.errors import VersionConflict
from states.stages import Stage

PAUSE_SECONDS, FILERS_PAUSE = (0.5, 4.0), (3.0, 25.0)
AT_ONCE = 8
"""So many claims an officer takes up in one go."""

LEFT_AS_DRAFT, RETURNED, REJECTED, LEFT_LYING = 0.12, 0.08, 0.04, 0.15
OBJECTED_TO, PAYMENT_FAILS, LISTED_NOW = 0.05, 0.05, 0.3
UNITS = {"lin": world.INSTITUTE, "zhou": world.INSTITUTE, "he": world.COMPANY, "wu": world.COMPANY}


@dataclass
class Crowd:
    """The people. `bank` keeps the books that the desk's are held against."""

    year: int
    programs: Mapping[str, Program]
    book: Book
    seed: int
    bank: Bank = field(default_factory=Bank)
    lists: int = 1
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self, day: int) -> Iterator[None]:
        """Inside the block everybody works; at its end each is let finish what is under way."""
        self._stop.clear()
        with ThreadPoolExecutor(len(self._deeds())) as pool:
            under_way = [
                pool.submit(self._work, name, deed, Random(f"{self.seed}/{day}/{name}"))
                for name, deed in self._deeds().items()
            ]
            try:
                yield
            finally:
                self._stop.set()
        for each in under_way:
            if error := each.exception():
                self.book.complain(f"somebody could not go on: {error!r}")

    def _work(self, name: str, deed: Callable[[Program, Random], object], chance: Random) -> None:
        pause = FILERS_PAUSE if name in UNITS else PAUSE_SECONDS
        while not self._stop.wait(chance.uniform(*pause)):
            deed(self.programs[name], chance)

    def _deeds(self) -> Mapping[str, Callable[[Program, Random], object]]:
        return dict.fromkeys(UNITS, self._file) | {
            "sun": self._take_in,
            "qian": self._clear,
            "li": self._review,
            "xu": self._coordinate,
            "feng": self._pay,
            "deng": self._release,
            "guo": self._look_on,
        }

    # Applicants

    def _file(self, program: Program, chance: Random) -> None:
        """A new claim with its papers, many at once; and what was returned goes back, corrected."""
        for claim in self._claims(program, Stage.CORRECTION):
            changes = {"remark": f"{program.user}已核对，第{claim['version']}次。"}
            if program.post(f"/claims/{claim['number']}/corrections", json={"changes": changes}).is_success:
                self._act(program, claim["number"], "resubmit")
        answer = program.post("/claims", json=self._form(program.user))
        if not answer.is_success:
            return
        claim = answer.json()
        kinds = [each["kind"] for each in claim["evidence"] if each["required"]]
        with ThreadPoolExecutor(3) as hands:
            list(hands.map(lambda kind: self._attach(program, claim["number"], kind), kinds))
        if chance.random() >= LEFT_AS_DRAFT:
            self._act(program, claim["number"], "submit")

    def _form(self, user: str) -> dict[str, Any]:
        name, uscc, township = UNITS[user]
        form = world.another_form(unit_name=name, uscc=uscc, township=township)
        told = {key: value for key, value in asdict(form).items() if value is not None}
        days = {key: value.isoformat() for key, value in told.items() if key.endswith("_on")}
        return told | days | {"cycle": self.year}

    def _attach(self, program: Program, number: str, kind: str) -> None:
        paper = (f"{kind}.pdf", world.a_paper(f"{number} {kind}"), "application/pdf")
        sent = {"data": {"kind": kind}, "files": {"file": paper}}
        # On PostgreSQL two papers at one moment meet in the claim's chain, and one is asked to come again.
        while VersionConflict.code in program.post(f"/claims/{number}/evidence", **sent).text:
            pass

    # Offices

    def _take_in(self, program: Program, chance: Random) -> None:
        for claim in self._claims(program, Stage.SUBMITTED)[:AT_ONCE]:
            drawn = chance.random()
            if drawn < RETURNED:
                self._act(
                    program,
                    claim["number"],
                    "return_for_correction",
                    missing=["title"],
                    reason="名称请核对。",
                )
            elif drawn < RETURNED + REJECTED:
                self._act(program, claim["number"], "reject", reason="不属于本县单位。")
            elif drawn < 1 - LEFT_LYING:
                self._act(program, claim["number"], "accept")

    def _clear(self, program: Program, chance: Random) -> None:
        self._act_on_many(program, Stage.DEPARTMENT_CHECK, "clear")

    def _review(self, program: Program, chance: Random) -> None:
        waiting = self._claims(program, Stage.MARKET_SUPERVISION_REVIEW)
        if chance.random() < 1 / 2:
            self._act_on_many(program, Stage.MARKET_SUPERVISION_REVIEW, "endorse", reason=self._reason)
        elif waiting:
            self._act(program, chance.choice(waiting)["number"], "endorse", reason=self._reason)

    _reason = "标准文本、排名和日期与申报一致。"

    def _coordinate(self, program: Program, chance: Random) -> None:
        """Approves for the next list, publishes it now and then, and answers what is objected to."""
        minutes = f"舟标议〔{self.year}〕{self.lists}号"
        approved = self._act_on_many(program, Stage.COORDINATION_APPROVAL, "approve", resolution=minutes)
        if approved and chance.random() < LISTED_NOW:
            program.post(f"/resolutions/{minutes}/publication", json={})
            self.lists += 1
        published = self._claims(program, Stage.PUBLIC_NOTICE)
        if published and chance.random() < OBJECTED_TO:
            stated = {"by": "王某", "text": "请复核起草单位排名。"}
            program.post(f"/claims/{chance.choice(published)['number']}/objections", json=stated)
        for each in program.get("/objections").json():
            if each["outcome"] == "open":
                answered = {"outcome": "dismissed", "reason": "经查前言，排名无误。"}
                program.post(f"/objections/{each['id']}/decision", json=answered)

    # Money

    def _pay(self, program: Program, chance: Random) -> None:
        if self._claims(program, Stage.FINANCE_PAYOUT):
            program.post("/payouts", json={"cycle": self.year})
        for batch in program.get("/payouts").json():
            if batch["released_by"] and batch["outcomes"]["pending"]:
                sheet = program.get(f"/payouts/{batch['batch']}/sheet", form="csv")
                answer = self._at_the_bank(batch["batch"], sheet, chance)
                file = ("answer.csv", answer, "text/csv")
                program.post(f"/payouts/{batch['batch']}/reconciliation", files={"file": file})

    def _release(self, program: Program, chance: Random) -> None:
        for batch in program.get("/payouts").json():
            if not batch["released_by"]:
                program.post(f"/payouts/{batch['batch']}/release")

    def _at_the_bank(self, code: str, sheet: httpx.Response, chance: Random) -> bytes:
        """The bank pays a batch once, however often it is brought, and says of each row what became of it."""
        rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
        if code not in self.bank.batches:
            self.bank.batches[code] = {
                row["申报编号"]: "失败" if chance.random() < PAYMENT_FAILS else "成功" for row in rows
            }
            for row in rows:
                if self.bank.batches[code][row["申报编号"]] == "成功":
                    self.bank.payments[row["申报编号"]].append((code, int(row["金额（元）"])))
        told = io.StringIO()
        writer = csv.DictWriter(told, list(rows[0]))
        writer.writeheader()
        for row in rows:
            fate = self.bank.batches[code][row["申报编号"]]
            writer.writerow(row | {"结果": fate, "失败原因": "账户状态异常" if fate == "失败" else ""})
        return told.getvalue().encode("utf-8-sig")

    # Everybody

    def _look_on(self, program: Program, chance: Random) -> None:
        for path in (f"/cycles/{self.year}", "/due", "/notices", "/claims"):
            program.get(path)

    def _claims(self, program: Program, stage: Stage) -> list[Any]:
        found: list[Any] = program.get("/claims", stage=str(stage), limit=200).json()
        return found

    def _act(self, program: Program, number: str, trigger: str, **said: Any) -> None:
        program.post(f"/claims/{number}/actions", json={"trigger": trigger, **said})

    def _act_on_many(self, program: Program, stage: Stage, trigger: str, **said: Any) -> bool:
        """Whether there was anything to do."""
        numbers = [each["number"] for each in self._claims(program, stage)[:AT_ONCE]]
        if numbers:
            program.post("/claims/actions", json={"trigger": trigger, "numbers": numbers, **said})
        return bool(numbers)

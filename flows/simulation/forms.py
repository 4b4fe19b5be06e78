"""Made-up achievements as forms, right ones and wrong ones."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from claims.submission.forms import ClaimForm
from flows.simulation.people import Unit
from states.policy import Basis, Item, Level, Policy

BUREAU_NAME = "嵊泗县市场监督管理局"
NUMBERS = {
    Level.INTERNATIONAL: "ISO {0}:{1}",
    Level.NATIONAL: "GB/T {0}-{1}",
    Level.INDUSTRY: "SC/T {0}-{1}",
    Level.ZHEJIANG_LOCAL: "DB33/T {0}-{1}",
    Level.PINZIBIAO: "T/ZZB {0}-{1}",
    Level.YONGZHOU_REGIONAL: "DB3302/T {0}-{1}/DB3309/T {0}-{1}",
    Level.ZHOUSHAN_LOCAL: "DB3309/T {0}-{1}",
    Level.GROUP: "T/SSYB {0}-{1}",
}
WEIGHTS = {
    Level.GROUP: 30,
    Level.ZHOUSHAN_LOCAL: 18,
    Level.INDUSTRY: 10,
    Level.ZHEJIANG_LOCAL: 6,
    Level.PINZIBIAO: 6,
    Level.YONGZHOU_REGIONAL: 3,
    Level.NATIONAL: 4,
    Level.INTERNATIONAL: 1,
}
"""How often standards of a level are claimed; items that are no standards weigh one each."""

THINGS = ("贻贝", "紫菜", "渔船", "海岛民宿", "冷链", "港口岸电", "海水淡化", "潮间带")
DAYS_OF_YEAR = 365
WITH_DRAFTERS = 0.25
BUREAU_DRAFTS = 0.1
ASKS_FOR_LESS = 0.1


class Imagination:
    """Thinks of achievements; no two bear the same number."""

    def __init__(self, policy: Policy, chance: Random) -> None:
        self._policy, self._chance = policy, chance
        self._serials = count(1001)
        self._items = tuple(policy.items.values())
        self._weights = [
            1 if each.standard_level is None else WEIGHTS[each.standard_level] for each in self._items
        ]

    def achievement(self, unit: Unit, results_year: int) -> ClaimForm:
        """A good form for something that a unit has achieved in a year."""
        item = self._chance.choices(self._items, self._weights)[0]
        serial = next(self._serials)
        thing = self._chance.choice(THINGS)
        rank = self._rank(item)
        dated_on = date(results_year, 1, 1) + timedelta(days=self._chance.randrange(DAYS_OF_YEAR))
        less = self._chance.random() < ASKS_FOR_LESS
        return ClaimForm(
            unit_name=unit.name,
            uscc=unit.uscc,
            township=unit.township,
            contact="演练联系人",
            phone="0580-5081234",
            email=f"unit{unit.uscc[-6:-1].lower()}@example.org",
            bank="演练银行嵊泗支行",
            account=f"20100{serial:011}",
            item=item.code,
            field=self._chance.choice(tuple(self._policy.fields)),
            standard_number=self._number(item, serial, results_year),
            title=f"嵊泗{thing}技术规范 第{serial}号",
            rank=rank,
            dated_on=dated_on,
            requested_yuan=item.county_yuan // 2 if less else item.county_yuan,
            drafters=self._drafters(unit, rank),
        )

    def _number(self, item: Item, serial: int, year: int) -> str:
        if item.standard_level is None:
            return f"演练标函〔{year}〕{serial}号"
        return NUMBERS[item.standard_level].format(serial, year)

    def _rank(self, item: Item) -> int | None:
        if item.basis is not Basis.STANDARD:
            return None
        first, last = item.ranks or (1, 6)
        return self._chance.randint(first, last)

    def _drafters(self, unit: Unit, rank: int | None) -> tuple[str, ...]:
        if rank is None or self._chance.random() >= WITH_DRAFTERS:
            return ()
        names = [f"演练起草单位{place}" for place in range(1, rank + 2)]
        names[rank - 1] = unit.name
        if self._chance.random() < BUREAU_DRAFTS:
            names[-1] = BUREAU_NAME
        return tuple(names)

    def wrong(self, form: ClaimForm) -> ClaimForm:
        """The same form with one of the mistakes that sheets are full of."""
        code = form.uscc[:-2] + ("8" if form.uscc[-2] != "8" else "9") + form.uscc[-1]
        mistakes: list[dict[str, Any]] = [
            {"uscc": code},
            {"requested_yuan": (form.requested_yuan or 0) + 2_000_000},
            {"dated_on": None},
            {"dated_on": date(2019, 5, 1)},
            {"township": "普陀镇"},
            {"account": "尾号1234"},
            {"phone": "无"},
        ]
        if form.rank is not None:
            mistakes += [{"standard_number": "DB11/T 77-2024"}, {"standard_number": "贻贝标准"}]
        return replace(form, **self._chance.choice(mistakes))

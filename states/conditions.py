"""The conditions in an item's own words: who of the drafters it is paid for, and whether for a revision."""

from states.facts import Finding, Severity
from states.policy import Basis, Item

_NUMERALS = "零一二三四五六七八九十"


def unmet_conditions(item: Item, rank: int | None, *, revision: bool) -> tuple[Finding, ...]:
    """What in rank and revision stands against an item; the errors among them make it not payable."""
    if item.basis is not Basis.STANDARD:
        return ()
    return (*_against_revision(item, revision=revision), *_against_rank(item, rank))


def _against_revision(item: Item, *, revision: bool) -> tuple[Finding, ...]:
    if not revision or item.revisions:
        return ()
    return (
        Finding(
            "revision_not_paid",
            Severity.ERROR,
            f"“{item.group}（{item.condition}）”不含修订，本标准为修订（代替旧版）标准，不予补助；如填写有误，请更正“是否修订”。",
            f"{item.title_en} is paid for a new standard only, and this one revises an earlier standard; "
            "if that is a mistake, correct “是否修订”.",
            item.clause,
            "是否修订",
        ),
    )


def _against_rank(item: Item, rank: int | None) -> tuple[Finding, ...]:
    if item.ranks is None:
        return ()
    first, last = item.ranks
    wanted = f"排名{place(first)}" if first == last else f"排名{place(first)}至{place(last)}"
    wanted_en = f"rank {first}" if first == last else f"ranks {first} to {last}"
    if rank is None:
        return (
            Finding(
                "rank_unknown",
                Severity.ERROR,
                f"本项目只补助起草单位{wanted}；未填排名或起草单位排名不分先后的，不能确定，"
                "请填写标准前言所列排名并附证明。",
                f"This item is paid for {wanted_en} among the drafters; where none is given, or the drafters stand in "
                "no order, it cannot be decided: give the rank shown in the standard's foreword, with proof.",
                item.clause,
                "排名",
            ),
        )
    if first <= rank <= last:
        return ()
    return (
        Finding(
            "rank_not_paid",
            Severity.ERROR,
            f"本项目只补助起草单位{wanted}，所填为{place(rank)}，不予补助；请核对标准前言中的排名或改报相应项目。",
            f"This item is paid for {wanted_en} among the drafters, and the rank given is {rank}; check it against "
            "the standard's foreword, or claim the item that fits.",
            item.clause,
            "排名",
        ),
    )


def place(rank: int) -> str:
    """A place among the drafters as the opinion writes it: 第二位."""
    numeral = _NUMERALS[rank] if 0 < rank < len(_NUMERALS) else str(rank)
    return f"第{numeral}位"

"""Official lists as examples."""

from datetime import date

from paper_pages import LISTED_ITEMS

from claims.lists.official import Column, OfficialList, Sort


def long_official_list(rows: int, *, rehearsal: bool = False, name: str = "") -> OfficialList:
    """A list with so many lines, names of every length among them, or all of this name."""
    return OfficialList(
        title="2026年度标准化奖补议定名单",
        office="嵊泗县市场监督管理局",
        facts=(("会议纪要编号", "嵊标协〔2026〕3号"), ("公示期", "2026年5月13日至2026年5月20日")),
        columns=(
            Column("申报编号", Sort.CODE),
            Column("申报单位"),
            Column("所属乡镇", Sort.CODE),
            Column("奖补项目"),
            Column("标准编号（文号）", Sort.CODE),
            Column("标准（成果）名称"),
            Column("审定金额（元）", Sort.YUAN),
        ),
        rows=tuple(
            (
                f"SB-2026-{number:04}",
                name or f"嵊泗县{'喆堃玥珺昇旻镕'[number % 7]}{'海洋' * (number % 5)}水产有限公司",
                ("菜园镇", "嵊山镇", "枸杞乡")[number % 3],
                LISTED_ITEMS[number % len(LISTED_ITEMS)],
                f"T/SSYB {number:03}-2025",
                f"小包装嵊泗贻贝鲜活产品第{number}部分{'：包装运输技术要求' * (number % 2)}",
                (number % 30 + 1) * 10_000,
            )
            for number in range(1, rows + 1)
        ),
        made_on=date(2026, 5, 13),
        rehearsal=rehearsal,
        signatures=("主持人", "记录人", "登记人"),
    )

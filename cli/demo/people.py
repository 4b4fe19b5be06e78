"""Who works in the rehearsal year. Everybody's password is their name: the desk is for looking at, on loopback."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from cli.output import Column, table
from states.stages import Role


@dataclass(frozen=True, slots=True)
class Person:
    """`org` is an office's code, a unit of `config/demo/units.csv`, or empty for the role's own office."""

    name: str
    role: Role
    org: str = ""
    about: str = ""


PEOPLE = (
    Person(
        "administrator", Role.ADMINISTRATOR, about="看全年、流程运行和用户  the year, the flows, the users"
    ),
    Person("intake", Role.INTAKE, about="受理  accepts claims"),
    Person("reviewer", Role.REVIEWER, about="市监审核  reviews"),
    Person("reviewer2", Role.REVIEWER, about="另一审核人  a second reviewer"),
    Person("coordinator", Role.COORDINATOR, about="审定、公布名单、答复异议  approves, publishes, decides"),
    Person("coordinator2", Role.COORDINATOR, about="另一协调人  a second coordinator"),
    Person("finance", Role.FINANCE, about="提出拨付批次  proposes payout batches"),
    Person("finance2", Role.FINANCE, about="复核放行  releases them"),
    Person("auditor", Role.AUDITOR, about="只看  looks on"),
    Person("department", Role.DEPARTMENT, "economy", "县经信局  economy"),
    Person("department2", Role.DEPARTMENT, "development", "县发改局  development"),
    Person("department3", Role.DEPARTMENT, "agriculture", "县农业农村局  agriculture"),
    Person("department4", Role.DEPARTMENT, "culture", "县文广旅体局  culture"),
    Person("department5", Role.DEPARTMENT, "fisheries", "县海洋与渔业局  fisheries"),
    Person(
        "department6", Role.DEPARTMENT, "market-supervision", "县市场监管局（部门核查）  market supervision"
    ),
    Person("township", Role.TOWNSHIP, "caiyuan", "菜园镇"),
    Person("shengshan", Role.TOWNSHIP, "shengshan", "嵊山镇"),
    Person("yangshan", Role.TOWNSHIP, "yangshan", "洋山镇"),
    Person("wulong", Role.TOWNSHIP, "wulong", "五龙乡"),
    Person("huanglong", Role.TOWNSHIP, "huanglong", "黄龙乡"),
    Person("gouqi", Role.TOWNSHIP, "gouqi", "枸杞乡"),
    Person("huaniao", Role.TOWNSHIP, "huaniao", "花鸟乡"),
    Person("applicant", Role.APPLICANT, "wanghai", "望海贻贝专业合作社（演练）"),
    Person("applicant2", Role.APPLICANT, "lanjing", "蓝鲸海洋科技有限公司（演练）"),
    Person("applicant3", Role.APPLICANT, "jinlin", "金鳞水产加工有限公司（演练）"),
)

NAMES = frozenset(each.name for each in PEOPLE)


def program() -> str:
    """How whoever reads this calls the command: by name where it is on the path, else by where it lies."""
    beside = Path(sys.executable).with_name("jiangbu")
    return "jiangbu" if shutil.which("jiangbu") or not beside.exists() else os.path.relpath(beside)


HINTS = (
    "",
    "先试试 What to try first:",
    "  1. 以 reviewer 登录看待办，打开一件，看清金额的每一步",
    "     Sign in as reviewer, open a claim of the queue, and see every step of its amount.",
    "  2. 以 coordinator 登录，答复公示中的异议；以 finance2 登录，放行拨付批次",
    "     As coordinator decide the objection; as finance2 release the payout batch.",
    "  3. 以 administrator 登录看本年度；公示页无须登录",
    "     As administrator look at the year; the public notice needs no sign-in.",
    "  4. 自己走一遍：下面的命令写出申报表和材料，并说明如何导入",
    "     Walk the whole way: this writes a sheet with its evidence and says how to import it:",
)


def hints() -> tuple[str, ...]:
    """What to try first, as lines."""
    return (*HINTS, f"     {program()} demo sheet --out 申报表.xlsx")


def accounts() -> tuple[str, ...]:
    """The accounts as a table."""
    columns = (Column("账号", "Account"), Column("角色", "Role"), Column("说明", "About"))
    text = table(columns, ([each.name, f"{each.role:zh} {each.role}", each.about] for each in PEOPLE))
    return ("", "演练账号，口令同账号名 Rehearsal accounts, password = name:", *text.splitlines())

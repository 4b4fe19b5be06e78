"""`jiangbu org`: the directory of offices, and the units that may file."""

from typing import Annotated

import typer

from claims.identity import people
from claims.reading.overviews import organisation_json, organisation_list
from cli.commands import ANYBODY, command, group
from cli.output import Answer, Column, table
from cli.session import opened, reading
from states.stages import Role

app = group("org", "单位名录", "offices and units")

COLUMNS = (
    Column("代码", "Code"),
    Column("类别", "Kind"),
    Column("名称", "Name"),
    Column("乡镇", "Township"),
    Column("别名", "Also called"),
)


@command(app, "list", allowed=ANYBODY)
def list_organisations() -> Answer:
    """列出乡镇、部门和已登记的单位。  List townships, departments and registered units."""
    with reading() as (tx, _):
        data = organisation_list(tx)
    rows = ([each["code"], each["kind"], each["name"], each["township"], each["names"][1:]] for each in data)
    return Answer(data, table(COLUMNS, rows))


@command(app, "add", allowed=(Role.ADMINISTRATOR, Role.INTAKE))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位全称  the unit's full name")],
    *,
    uscc: Annotated[str, typer.Option("--uscc", metavar="CODE", help="统一社会信用代码  credit code")],
    township: Annotated[str, typer.Option("--township", metavar="T", help="所属乡镇  township, e.g. 菜园镇")],
    email: Annotated[str, typer.Option("--email", metavar="E")] = "",
) -> Answer:
    """登记一个申报单位（有申报人账号前须先登记）。  Register a unit, so that it can have users."""
    with opened() as desk, desk.transaction() as tx:
        data = organisation_json(people.add_unit(tx, name, uscc, township, email))
    return Answer(data, f"{data['name']}  {data['code']}  {data['township']}")

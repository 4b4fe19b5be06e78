"""`jiangbu user`: who signs in, in which roles, for which organisation."""

from typing import Annotated

import typer

from claims.identity import people, second_factors
from claims.reading.overviews import user_list
from cli.commands import CONTROL, command, group
from cli.options import Acting, NeededReason
from cli.output import Answer, Column, sheet, table
from cli.session import acting, opened, reading
from states.stages import PEOPLES_ROLES, Role

app = group("user", "用户与角色", "users and their roles")

GIVEN_ROLES = ", ".join(PEOPLES_ROLES)

COLUMNS = (
    Column("用户", "Name"),
    Column("角色", "Roles"),
    Column("单位", "Organisation"),
    Column("电子邮箱", "E-mail"),
    Column("在用", "Active"),
)


@command(app, "add", allowed=(Role.ADMINISTRATOR,))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="用户名，不含空格  the name to sign in with")],
    *,
    role: Annotated[Role, typer.Option("--role", metavar="ROLE", help=f"角色  one of: {GIVEN_ROLES}")],
    org: Annotated[
        str | None,
        typer.Option(
            "--org",
            metavar="ORG",
            help="所属单位的代码、名称或信用代码  code, name or credit code (see org list)",
        ),
    ] = None,
    email: Annotated[str, typer.Option("--email", metavar="E")] = "",
) -> Answer:
    """新增用户，或给已有用户加一个角色；口令只显示这一次。  Add a user or a further role; the password is shown once."""
    with opened() as desk, desk.transaction() as tx:
        added = people.add_user(tx, name, role, org=org, email=email)
    password = added.password or "（不变） unchanged"
    return Answer(
        added.as_json(),
        sheet(
            [
                ("用户", "Name", added.name),
                ("角色", "Role", f"{added.role:zh} {added.role}"),
                ("单位", "Organisation", added.org),
                ("口令", "Password", password),
            ],
        ),
        ("请即记下口令，以后不再显示。 Note the password now: it is not shown again.",)
        if added.password
        else (),
    )


@command(app, "list", allowed=CONTROL)
def list_users() -> Answer:
    """列出用户。  List the users."""
    with reading() as (tx, _):
        data = user_list(tx)
    keys = ("name", "roles", "org", "email", "active")
    return Answer(data, table(COLUMNS, ([each[key] for key in keys] for each in data)))


@command(app, "token", allowed=(Role.ADMINISTRATOR,))
def token(name: Annotated[str, typer.Argument(metavar="NAME")]) -> Answer:
    """生成接口令牌（只显示一次）。  Make a bearer token for the API, shown once."""
    with opened() as desk, desk.transaction() as tx:
        made = people.make_token(tx, name)
    note = "请即保存，以后不再显示。 Keep it now: it is not shown again."
    return Answer({"name": name, "token": made}, made, (note,))


@command(app, "reset-second-factor", allowed=(Role.ADMINISTRATOR,))
def reset_second_factor(
    name: Annotated[str, typer.Argument(metavar="NAME")], *, reason: NeededReason
) -> Answer:
    """重置丢失的两步验证，其登录全部退出。  Take a lost second factor away; the person's sessions end."""
    with opened() as desk, desk.transaction() as tx:
        second_factors.reset(tx, name, reason=reason, actor=None)
    return Answer({"name": name}, f"已重置两步验证：{name}  Reset.")


@command(app, "declare")
def declare(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="单位名称或信用代码  name or credit code")],
    *,
    user: Acting,
    reason: NeededReason,
) -> Answer:
    """申报与某单位的利害关系，此后须回避。  Declare a conflict of interest with a unit and stand aside from then on."""
    with acting(user) as (tx, actor):
        people.declare_interest(tx, actor.name, unit, reason)
    return Answer({"name": user, "unit": unit}, f"已登记回避：{user} · {unit}  Declared.")

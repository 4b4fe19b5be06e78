"""`jiangbu township`: what a township's units have filed, and who has not."""

from typing import Annotated

import typer

from cli.commands import command, group
from cli.lists import write_list
from cli.options import CycleYear, OutFile, Viewing
from cli.output import Answer

app = group("township", "乡镇名单", "lists of a township: filed, and not filed")

Township = Annotated[
    str, typer.Argument(metavar="TOWNSHIP", help="乡镇，如 菜园镇  the township, see org list")
]


@command(app, "filed")
def filed(township: Township, *, cycle: CycleYear, out: OutFile, user: Viewing = None) -> Answer:
    """导出乡镇申报名单（xlsx 或 pdf）。  Write what the township's units have submitted."""
    from claims.lists.townships import filed_list

    return write_list(lambda tx, viewer: filed_list(tx, township, cycle, viewer=viewer), out, user)


@command(app, "unfiled")
def unfiled(township: Township, *, cycle: CycleYear, out: OutFile, user: Viewing = None) -> Answer:
    """导出未申报单位名单（xlsx 或 pdf）。  Write the units that should have filed and have not."""
    from claims.lists.townships import unfiled_list

    return write_list(lambda tx, viewer: unfiled_list(tx, township, cycle, viewer=viewer), out, user)

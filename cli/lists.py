"""Official lists as files: the suffix says which form, a workbook or the paper."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from claims.desk import Tx
from claims.lists.official import OfficialList
from cli.output import Answer
from cli.session import reading
from states.errors import Refusal
from states.facts import Actor


@dataclass(eq=False)
class UnknownListForm(Refusal):
    code = "unknown_list_form"
    zh = "名单可写为 .xlsx 或 .pdf，不能写为“{suffix}”。"
    en = "A list can be written as .xlsx or .pdf, not as “{suffix}”."
    suffix: str


def write_list(read: Callable[[Tx, Actor | None], OfficialList], out: Path, user: str | None) -> Answer:
    """Write a list as `user` may see it, and answer with what it comes to and its digest."""
    from notifications.list_files import ListForm, list_file

    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in set(ListForm):
        raise UnknownListForm(out.suffix)
    with reading(user) as (tx, viewer):
        found = read(tx, viewer)
        content = list_file(tx.desk, found, ListForm(suffix))
    out.write_bytes(content)
    data = {
        "title": found.title,
        "rows": len(found.rows),
        "total_yuan": found.total,
        "sha256": found.sha256,
        "out": str(out),
    }
    return Answer(data, f"{out}\n{found.summary}\nSHA-256 {found.sha256}")

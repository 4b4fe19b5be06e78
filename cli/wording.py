"""`jiangbu wording`: the county's own text of its letters: checked, put into use, kept by version."""

from collections.abc import Sequence
from dataclasses import asdict
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands import CONTROL, REFUSED, command, group
from cli.options import Acting, NeededReason, VersionSeen
from cli.output import Answer, Column, blocks, sheet, table
from cli.session import acting, reading

if TYPE_CHECKING:
    from claims.letters.wordings import KeptVersion
    from notifications.templating.findings import Finding

app = group("wording", "函件文字", "the wording of letters: the county's own in place of the program's")

Kind = Annotated[str, typer.Argument(metavar="KIND", help="函件种类，见 wording list  the kind of letter")]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        dir_okay=False,
        help="默认为数据目录 wording/KIND.jinja  default: wording/KIND.jinja in the data folder",
    ),
]
Number = Annotated[
    int | None,
    typer.Option(
        "--number", metavar="N", min=0, help="第几版，0 为程序自带  a version; 0 is the program's own"
    ),
]

KINDS = (
    Column("种类", "Kind"),
    Column("名称", "Name"),
    Column("文字", "Source"),
    Column("版本", "Version", right=True),
    Column("修改人", "Changed by"),
    Column("时间", "When"),
    Column("理由", "Reason"),
)
VERSIONS = (
    Column("版本", "Version", right=True),
    Column("文字", "Source"),
    Column("修改人", "Changed by"),
    Column("时间", "When"),
    Column("理由", "Reason"),
    Column("SHA-256", "SHA-256"),
)
FACTS = (
    Column("写法", "Written"),
    Column("内容", "What it is"),
    Column("", "In English"),
    Column("可能没有", "Perhaps absent"),
)
SOURCES = {"packaged": "程序自带 packaged", "county": "县级 county"}
SHORT = 12


@command(app, "list", allowed=CONTROL)
def list_wordings(
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="只列该函件的各版  its versions")
    ] = None,
) -> Answer:
    """各种函件现用哪一版、谁改的；写明种类则列出其各版。  What each letter is written by; with KIND, its versions."""
    from claims.letters import wordings
    from notifications.templating.facts import known_kind
    from notifications.templating.overview import kinds_of_letters

    with reading() as (tx, _):
        if kind is not None:
            kept = wordings.versions_of(tx, known_kind(kind))
            rows = ([*_version(each), each.version.sha256[:SHORT]] for each in kept)
            return Answer([each.as_json() for each in kept], table(VERSIONS, rows))
        found = kinds_of_letters(tx)
    rows = ([each.kind, each.name, *_standing(each.as_json())] for each in found)
    aside = tuple(
        f"已停用：{each.name}（{each.kind}）第 {each.set_aside.number} 版与现行程序不符，现按程序自带文字发出。 "
        f"Set aside: version {each.set_aside.number} of {each.kind} fits this program no longer."
        for each in found
        if each.set_aside
    )
    return Answer([each.as_json() for each in found], table(KINDS, rows), aside)


@command(app, "show", allowed=CONTROL)
def show(
    kind: Kind,
    *,
    number: Number = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", dir_okay=False, help="写入文件  a file to write")
    ] = None,
) -> Answer:
    """现用的文字，或某一版。  The text in use, or a version of it."""
    from notifications.templating.changes import template_of

    with reading() as (tx, _):
        template = template_of(tx, kind, number)
    version = template.version
    data = {
        "kind": kind,
        "source": str(version.source),
        "number": version.number,
        "sha256": version.sha256,
        "text": template.text,
    }
    if out is None:
        return Answer(data, template.text.rstrip("\n"))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(template.text, encoding="utf-8")
    return Answer(data | {"out": str(out)}, str(out))


@command(app, "facts", allowed=CONTROL)
def facts(kind: Kind) -> Answer:
    """这种函件可以写哪些内容、怎么写。  What a letter of this kind can tell, and how it is written."""
    from notifications.templating.names import writables

    found = writables(kind)
    rows = ([each.written, each.zh, each.en, each.optional] for each in found)
    return Answer([asdict(each) for each in found], table(FACTS, rows))


@command(app, "check", allowed=CONTROL)
def check(
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="默认检查数据目录中的全部文件  default: every file")
    ] = None,
    *,
    file: File = None,
) -> Answer:
    """检查尚未启用的文字：有误时指出文件、行和改法。  Check texts before use: a mistake is named with file, line and cure."""
    from notifications.templating import changes, files

    with reading() as (tx, _):
        settings = tx.desk.settings
        paths = files.places(settings) if kind is None else {kind: file or files.place_of(settings, kind)}
        found = [
            (each, path, changes.check(tx, each, files.text_of(path, each))) for each, path in paths.items()
        ]
    data = [
        {
            "kind": each,
            "file": str(path),
            "ok": not any(finding.serious for finding in findings),
            "findings": [finding.as_json() for finding in findings],
        }
        for each, path, findings in found
    ]
    said = [line for _, path, findings in found for line in _said(path, findings)]
    said += [
        f"warning: {path} 不是任何函件的种类，未检查；文件名见 wording list。 No kind of letter, so not checked."
        for path in (files.strays(settings) if kind is None else ())
    ]
    rows = (
        f"{each['kind']}  {each['file']}  {'可以启用 fit for use' if each['ok'] else '不能启用 refused'}"
        for each in data
    )
    text = "\n".join(rows) or "数据目录 wording 中没有文件。 There are no files in the folder wording."
    return Answer(data, text, tuple(said), 0 if all(each["ok"] for each in data) else REFUSED)


@command(app, "diff", allowed=CONTROL)
def diff(kind: Kind, *, number: Number = None, file: File = None) -> Answer:
    """现用文字与待启用文件（或某一版）的差别。  How a file, or a version, differs from the text in use."""
    from notifications.templating import files
    from notifications.templating.changes import template_of
    from notifications.templating.checking import normalised

    with reading() as (tx, _):
        current = template_of(tx, kind).text
        path = file or files.place_of(tx.desk.settings, kind)
        new = normalised(files.text_of(path, kind)) if number is None else template_of(tx, kind, number).text
    name = str(path) if number is None else f"version {number}"
    lines = list(unified_diff(current.splitlines(), new.splitlines(), "in use", name, lineterm=""))
    data = {"kind": kind, "with": name, "lines": lines}
    return Answer(data, "\n".join(lines) or "没有差别。 No difference.")


@command(app, "use")
def use(
    kind: Kind, *, user: Acting, reason: NeededReason, file: File = None, seen: VersionSeen = None
) -> Answer:
    """检查并启用一份文字；有误则不启用。  Check a text and put it into use; with a fault it is refused."""
    from notifications.templating import changes, files

    with acting(user) as (tx, actor):
        path = file or files.place_of(tx.desk.settings, kind)
        text = files.text_of(path, kind)
        done = changes.put_into_use(tx, kind, text, seen=seen, actor=actor, reason=reason)
    return _changed(done.kept.as_json(), _said(path, done.warnings))


@command(app, "revert")
def revert(
    kind: Kind,
    number: Annotated[
        int, typer.Argument(metavar="N", min=0, help="第几版，0 为程序自带  0 is the program's own")
    ],
    *,
    user: Acting,
    reason: NeededReason,
    seen: VersionSeen = None,
) -> Answer:
    """恢复早先的一版，记为新的一版。  Put an earlier version into use again, as a new one."""
    from notifications.templating import changes

    with acting(user) as (tx, actor):
        done = changes.go_back(tx, kind, number, seen=seen, actor=actor, reason=reason)
    return _changed(done.kept.as_json(), ())


def _changed(data: dict[str, Any], said: Sequence[str]) -> Answer:
    text = sheet(
        [
            ("函件", "Letter", data["kind"]),
            ("现用版本", "In use", f"{data['number']}  {SOURCES[data['source']]}"),
            ("SHA-256", "SHA-256", data["sha256"]),
        ]
    )
    return Answer(data, blocks(text), tuple(said))


def _said(path: Path, findings: "Sequence[Finding]") -> tuple[str, ...]:
    return tuple(
        line
        for each in findings
        for line in (
            f"{'error[wording_refused]' if each.serious else 'warning'}: {path} {each.message('zh')}",
            f"{path} {each.message('en')}",
        )
    )


def _version(kept: "KeptVersion") -> list[Any]:
    return [
        kept.version.number,
        SOURCES[kept.version.source],
        kept.author,
        f"{kept.at:%Y-%m-%d %H:%M}",
        kept.reason,
    ]


def _standing(row: dict[str, Any]) -> list[Any]:
    changed = row["changed"]
    told = (
        [changed["author"], changed["at"][:16].replace("T", " "), changed["reason"]] if changed else [""] * 3
    )
    return [SOURCES[row["source"]], row["number"], *told]

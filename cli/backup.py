"""`jiangbu backup` and `jiangbu restore`: the whole desk in one file, and a desk from it."""

from typing import Annotated

import typer

from claims.keeping.backup import back_up
from claims.keeping.restore import restore as restore_desk
from cli.commands import REFUSED
from cli.desk import MODES
from cli.options import InFile, OutFile
from cli.output import Answer, sheet
from cli.session import opened
from config.settings import load_settings


def backup(*, out: OutFile) -> Answer:
    """写出整个工作台的备份（数据库和材料，不含密钥），工作可照常进行。  Back up records and papers, without the key."""
    with opened() as desk:
        done = back_up(desk, out)
    data = done.as_json()
    text = sheet(
        [
            ("备份", "Backup", data["out"]),
            ("大小（字节）", "Bytes", data["bytes"]),
            ("数据库", "Database", MODES[data["mode"]]),
            ("审计事件", "Events", data["events"]),
            ("材料", "Papers", data["evidence"]),
            ("封印", "Seal", data["seal"]),
        ],
    )
    return Answer(data, text, _missing(done.missing), REFUSED if done.missing else 0)


def restore(
    file: InFile,
    *,
    other_key: Annotated[
        bool,
        typer.Option(
            "--other-key", help="原密钥已遗失：账号保持加密  the old key is lost: accounts stay sealed"
        ),
    ] = False,
    despite_problems: Annotated[
        bool,
        typer.Option(
            "--despite-problems",
            help="审计链或账目有误也恢复，供审计查看  even if chains or books do not hold",
        ),
    ] = False,
) -> Answer:
    """从备份恢复到空的数据目录和数据库，核验无误后方算完成。  Restore into an empty data folder and database."""
    done = restore_desk(load_settings(), file, other_key=other_key, despite_problems=despite_problems)
    data = done.as_json()
    text = sheet(
        [
            ("备份时间", "Taken at", data["taken_at"][:16]),
            ("数据库", "Database", MODES[data["mode"]]),
            ("记录", "Rows", data["rows"]),
            ("审计事件", "Events", data["events"]),
            ("材料", "Papers", data["evidence"]),
        ],
    )
    said = (*_missing(done.missing), *(f"问题 problem: {each}" for each in done.problems))
    return Answer(data, text, said, REFUSED if said else 0)


def _missing(names: tuple[str, ...]) -> tuple[str, ...]:
    """Papers that the desk has lost. What is there was saved all the same; the exit status tells scripts to look."""
    if not names:
        return ()
    return (
        f"error[papers_missing]: 有 {len(names)} 份材料缺失或已损坏，其余已办妥；请从更早的备份找回：",
        f"{len(names)} paper(s) are missing or damaged, all else is done; look for them in earlier backups:",
        *(f"  {name}" for name in names),
    )

"""The year's board in Prefect: one artifact a cycle, whose earlier versions show how the year went.

Prefect has no users of its own, so it holds counts and sums, and no claim and nobody by name.
"""

from collections.abc import Iterable

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey

from claims.desk import Tx
from claims.publicity.notices import years
from claims.reading.board import Board, board
from flows.report import KINDS

KEPT_UP = 2
"""The cycles whose board is still written: the present one and the one that is being paid, or planned."""


def boards(tx: Tx) -> dict[str, str]:
    """The boards of the latest cycles as Markdown, by the key of their artifact."""
    return {f"cycle-{year}": as_markdown(board(tx, year)) for year in years(tx)[:KEPT_UP]}


def keep_up(client: SyncPrefectClient, boards: dict[str, str], links: str) -> tuple[str, ...]:
    """Write the boards that have changed since they were last written; answers with their keys.

    The links come below a board and count for no change.
    """
    changed = tuple(key for key, text in boards.items() if _written(client, key) != text)
    for key in changed:
        create_markdown_artifact(f"{boards[key]}{_BELOW}{links}", key=key, description=DESCRIPTION)
    return changed


DESCRIPTION = "年度看板：申报、期限和资金；每次有变化即留存一版。The year's board, a version at every change."
_BELOW = "\n\n---\n\n"


def _written(client: SyncPrefectClient, key: str) -> str | None:
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
    found = client.read_latest_artifacts(artifact_filter=wanted)
    return str(found[0].data).partition(_BELOW)[0] if found else None


def as_markdown(found: Board) -> str:
    cycle, money = found.cycle, found.cycle["balances"]
    states = {"planned": "已安排", "open": "申报开放", "closed": "申报已截止"}
    coming = [each for each in found.coming if each.subject == f"cycle/{cycle['year']}"]
    return "\n\n".join(
        (
            f"# {cycle['year']} 年度",
            f"{states[cycle['status']]}：申报 {cycle['opens_on']} 至 {cycle['deadline_on']}。",
            f"申报 {found.filed} 件，超期未办 {found.overdue} 件，已拨付 {found.paid_claims} 件。",
            _table(
                ("环节", "件数", "超期"),
                ((f"{each.stage:zh}", each.count, each.overdue) for each in found.stages),
            ),
            _table(
                ("资金", "元"),
                (
                    ("预算", f"{cycle['budget_yuan']:,}"),
                    ("已拨付", f"{money['paid']:,}"),
                    ("公示与待拨付", f"{money['published']:,}"),
                    ("已审定待公布", f"{money['reserved']:,}"),
                    ("可用", f"{money['available']:,}"),
                ),
            ),
            _table(
                ("年度时点", "时间"),
                ((KINDS.get(each.kind, each.kind), f"{each.due_at:%Y-%m-%d %H:%M}") for each in coming),
            ),
        )
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)

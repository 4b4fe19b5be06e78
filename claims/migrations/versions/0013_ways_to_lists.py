"""Lists of claims that are read from indexes alone, and one folded text to search them by."""

import sqlalchemy as sa
from alembic import op

from claims.searchable import searchable

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DEADLINE = (
    "(CASE WHEN stage IN ('draft', 'submitted', 'department_check', 'market_supervision_review', "
    "'coordination_approval', 'public_notice', 'finance_payout', 'correction') "
    "THEN coalesce(due_on, '9999-12-31') ELSE '9999-12-31' END)"
)
CHUNK = 1_000


def upgrade() -> None:
    op.add_column("claim", sa.Column("searchable", sa.Text(), nullable=False, server_default=""))
    _fill()
    op.drop_index("ix_claim_township", "claim")
    op.create_index(
        "ix_claim_list",
        "claim",
        [
            sa.text(DEADLINE),
            *("id", "stage", "due_on", "cycle", "township", "item"),
            *("requested_yuan", "proposed_yuan", "granted_yuan", "searchable"),
        ],
    )
    asked_back = sa.text("reclaim_yuan IS NOT NULL")
    op.create_index(
        "ix_claim_reclaim", "claim", ["stage"], sqlite_where=asked_back, postgresql_where=asked_back
    )
    op.create_index("ix_department_check_office", "department_check", ["office", "claim_id"])
    op.create_index("ix_event_actor_role_stream", "event", ["actor", "role", "stream"])


def _fill() -> None:
    """Folding is Python's business: databases know neither widths nor the case of all letters."""
    claim = sa.table(
        "claim",
        *(
            sa.column(name)
            for name in ("id", "number", "unit_name", "standard_number", "title", "searchable")
        ),
    )
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(claim.c.id, claim.c.number, claim.c.unit_name, claim.c.standard_number, claim.c.title)
        .where(claim.c.id > last)
        .order_by(claim.c.id)
        .limit(CHUNK)
    ).all():
        connection.execute(
            sa.update(claim).where(claim.c.id == sa.bindparam("of")).values(searchable=sa.bindparam("text")),
            [{"of": each.id, "text": searchable(*each[1:])} for each in rows],
        )
        last = rows[-1].id

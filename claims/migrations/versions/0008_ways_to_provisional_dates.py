"""A way to the claims whose date is provisional: each round asks for them, and mostly there is none."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_claim_provisional",
        "claim",
        ["due_on"],
        sqlite_where=sa.text("due_provisional = 1"),
        postgresql_where=sa.text("due_provisional"),
    )

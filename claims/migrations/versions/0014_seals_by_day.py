"""Seals over what was written since the seal before; those that are there already are over all chains."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checkpoint", sa.Column("since", sa.Integer(), nullable=False, server_default="0"))

"""Letters on their way: by mail or as a text, which has begun, which may have left twice, which are held and released."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("channel", sa.Text(), nullable=False, server_default="mail"))
    for name in ("can_wait", "released"):
        op.add_column("letter", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("begun_at", "doubtful_at"):
        op.add_column("letter", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Nobody noted, until now, which of the leased letters had begun: all of them may have left.
    op.execute("UPDATE letter SET begun_at = not_before WHERE status = 'sending'")
    op.create_index("ix_letter_sent_at", "letter", ["sent_at"])

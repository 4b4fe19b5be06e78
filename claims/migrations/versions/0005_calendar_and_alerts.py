"""The addresses of calendars, and flow runs that did not come to their end."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_key",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_calendar_key_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_calendar_key"),
        sa.UniqueConstraint("digest", name="uq_calendar_key_digest"),
    )
    op.create_table(
        "run_alert",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recovered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('failed', 'crashed', 'timed_out')", name="ck_run_alert_state"),
        sa.PrimaryKeyConstraint("run", name="pk_run_alert"),
    )
    op.create_index("ix_run_alert_recovered_at_step", "run_alert", ["recovered_at", "step"])

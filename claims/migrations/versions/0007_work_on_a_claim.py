"""Verdicts on papers, actions that may still be undone, who stands in for whom, and the way to a person's events."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "examination",
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('begun', 'meets', 'doubtful', 'fails')", name="ck_examination_verdict"
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_examination_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", "kind", "user_name", name="pk_examination"),
    )
    op.create_table(
        "held_action",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_held_action_event_id"),
        sa.PrimaryKeyConstraint("event_id", name="pk_held_action"),
    )
    op.create_index("ix_held_action_until", "held_action", ["until"])
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absent_id <> stand_in_id", name="ck_delegation_two_people"),
        sa.CheckConstraint("from_on <= to_on", name="ck_delegation_period"),
        sa.ForeignKeyConstraint(["absent_id"], ["user_account.id"], name="fk_delegation_absent_id"),
        sa.ForeignKeyConstraint(["stand_in_id"], ["user_account.id"], name="fk_delegation_stand_in_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
    )
    op.create_index("ix_delegation_stand_in_id", "delegation", ["stand_in_id"])
    op.create_index("ix_event_actor", "event", ["actor"])

"""What is typed into the pages of a filing, and which letters were received."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filing_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("account_sealed", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle"], ["cycle.year"], name="fk_filing_draft_cycle"),
        sa.PrimaryKeyConstraint("id", name="pk_filing_draft"),
        sa.UniqueConstraint("claim", name="uq_filing_draft_claim"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_filing_draft_office", "filing_draft", ["office"])
    op.create_table(
        "letter_receipt",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_letter_receipt_letter_id"),
        sa.PrimaryKeyConstraint("letter_id", name="pk_letter_receipt"),
    )

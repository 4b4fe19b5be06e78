"""The county's wording of its letters: every version ever in use, append only."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wording_version",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_wording_version_number"),
        sa.CheckConstraint("source IN ('packaged', 'county')", name="ck_wording_version_source"),
        sa.PrimaryKeyConstraint("kind", "number", name="pk_wording_version"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER wording_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wording_version "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'wording_version is append only'); END"
    op.execute(f"CREATE TRIGGER wording_version_no_update BEFORE UPDATE ON wording_version {refuse}")
    op.execute(f"CREATE TRIGGER wording_version_no_delete BEFORE DELETE ON wording_version {refuse}")
    # INSERT OR REPLACE removes the row in its way without asking the triggers above.
    stands = "EXISTS (SELECT 1 FROM wording_version WHERE kind = NEW.kind AND number = NEW.number)"
    op.execute(
        f"CREATE TRIGGER wording_version_no_replace BEFORE INSERT ON wording_version WHEN {stands} {refuse}"
    )

"""Document numbers of letters. Letters that were queued before have none, and get none now."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_count",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_document_count"),
    )
    op.create_table(
        "document_number",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_document_number_letter_id"),
        sa.PrimaryKeyConstraint("letter_id", name="pk_document_number"),
        sa.UniqueConstraint("kind", "year", "number", name="uq_document_number_kind_year_number"),
    )
    _given_once_for_all()


def _given_once_for_all() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER document_number_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document_number "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'document_number is append only'); END"
    stands = (
        "EXISTS (SELECT 1 FROM document_number WHERE letter_id = NEW.letter_id "
        "OR (kind = NEW.kind AND year = NEW.year AND number = NEW.number))"
    )
    op.execute(f"CREATE TRIGGER document_number_no_update BEFORE UPDATE ON document_number {refuse}")
    op.execute(f"CREATE TRIGGER document_number_no_delete BEFORE DELETE ON document_number {refuse}")
    op.execute(
        f"CREATE TRIGGER document_number_no_replace BEFORE INSERT ON document_number WHEN {stands} {refuse}"
    )

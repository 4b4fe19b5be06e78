"""Letters kept for ever as they left, the words of papers still to be set, and the codes that letters are checked by.

Letters of before have no check code and no copies: what left then was not kept, and nothing is made up for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "letter", sa.Column("template_version", sa.Text(), nullable=False, server_default="packaged")
    )
    op.execute("UPDATE letter SET template_version = 'packaged:' || template_hash")
    op.add_column("letter", sa.Column("document_number", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE letter SET document_number = COALESCE((SELECT word || '〔' || year || '〕' || number || '号' "
        "FROM document_number WHERE letter_id = letter.id), '')"
    )
    op.add_column("document_number", sa.Column("dated_on", sa.Date(), nullable=True))
    op.add_column("document_number", sa.Column("check_code", sa.Text(), nullable=True))
    op.create_index("ix_document_number_check_code", "document_number", ["check_code"], unique=True)
    op.create_table(
        "owed_paper",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_owed_paper_letter_id"),
        sa.PrimaryKeyConstraint("letter_id", name="pk_owed_paper"),
    )
    op.create_table(
        "letter_copy",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("template_version", sa.Text(), nullable=False),
        sa.CheckConstraint("form IN ('mail', 'paper', 'sms')", name="ck_letter_copy_form"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_letter_copy_letter_id"),
        sa.PrimaryKeyConstraint("letter_id", "form", name="pk_letter_copy"),
    )
    _append_only()


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER letter_copy_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON letter_copy "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER letter_copy_no_{change.lower()} BEFORE {change} ON letter_copy "
            f"{_refused('letter_copy')}"
        )
    _not_replaced("letter_copy", "letter_id = NEW.letter_id AND form = NEW.form")
    op.execute("DROP TRIGGER document_number_no_replace")
    _not_replaced(
        "document_number",
        "letter_id = NEW.letter_id OR check_code = NEW.check_code "
        "OR (kind = NEW.kind AND year = NEW.year AND number = NEW.number)",
    )


def _not_replaced(table: str, same: str) -> None:
    """INSERT OR REPLACE removes the row in its way without asking the other triggers."""
    stands = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {stands} {_refused(table)}")


def _refused(table: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"

"""Ways to an office's letters and to what a unit has filed, however many years have gone by."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_letter_recipient", "letter", ["recipient", "id", "channel", "status"])
    op.create_index("ix_claim_unit", "claim", ["unit_id", "cycle", "stage", "number"])

"""Ways to a standard's claims and to a claim's payments, however many years have gone by."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_claim_standard_number", "claim", ["standard_number"])
    op.create_index("ix_payout_line_claim", "payout_line", ["claim"])

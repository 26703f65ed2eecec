"""Find an invoice without reading all

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DRAFT = sa.text("state = 'draft'")
CREDIT_NOTE = sa.text("kind = 'credit_note'")


def upgrade() -> None:
    op.create_index(
        "ix_invoice_draft", "invoice", ["id"], sqlite_where=DRAFT, postgresql_where=DRAFT
    )
    op.create_index(
        "ix_invoice_credit_note",
        "invoice",
        ["id"],
        sqlite_where=CREDIT_NOTE,
        postgresql_where=CREDIT_NOTE,
    )
    op.create_index("ix_invoice_id_number", "invoice", ["id", "number"])
    op.create_index("ix_invoice_logo_key", "invoice", ["logo_key"])
    op.create_index("ix_invoice_job_number", "invoice_job", ["number"])
    # SQLite took it for every question about one job, and read all that were ever issued.
    op.drop_index("ix_invoice_state_due_on", "invoice")


def downgrade() -> None:
    op.create_index("ix_invoice_state_due_on", "invoice", ["state", "due_on"])
    op.drop_index("ix_invoice_job_number", "invoice_job")
    op.drop_index("ix_invoice_logo_key", "invoice")
    op.drop_index("ix_invoice_id_number", "invoice")
    op.drop_index(
        "ix_invoice_credit_note",
        "invoice",
        sqlite_where=CREDIT_NOTE,
        postgresql_where=CREDIT_NOTE,
    )
    op.drop_index("ix_invoice_draft", "invoice", sqlite_where=DRAFT, postgresql_where=DRAFT)

"""Find what is open without reading history

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("balance <> 0")


def upgrade() -> None:
    op.create_index(
        "ix_invoice_open", "invoice", ["due_on"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_invoice_settled_on", "invoice", ["settled_on"])
    op.create_index("ix_job_state_put_away_rank", "job", ["state", "put_away", "rank"])


def downgrade() -> None:
    op.drop_index("ix_job_state_put_away_rank", "job")
    op.drop_index("ix_invoice_settled_on", "invoice")
    op.drop_index("ix_invoice_open", "invoice", sqlite_where=OPEN, postgresql_where=OPEN)

"""Keep photos, checklists, signatures, parts and the price book

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_book_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_price", sa.String(length=24), nullable=False),
        sa.Column("tax_category", sa.String(length=2), nullable=False),
        sa.Column("tax_rate", sa.String(length=8), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_book_item")),
        sa.UniqueConstraint("number", name=op.f("uq_price_book_item_number")),
    )
    op.create_table(
        "checklist_answer",
        sa.Column("item_id", sa.String(length=40), nullable=False),
        sa.Column("item_text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_checklist_answer_job_id_job")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_checklist_answer_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_checklist_answer_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_answer")),
    )
    with op.batch_alter_table("checklist_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_answer_job_id"), ["job_id"], unique=False)

    op.create_table(
        "coming_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_coming_photo_job_id_job")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coming_photo_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coming_photo")),
        sa.UniqueConstraint(
            "person_id", "client_id", name=op.f("uq_coming_photo_person_id_client_id")
        ),
    )
    with op.batch_alter_table("coming_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coming_photo_job_id"), ["job_id"], unique=False)

    op.create_table(
        "part_used",
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("none_used", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_price", sa.String(length=24), nullable=True),
        sa.Column("tax_category", sa.String(length=2), nullable=True),
        sa.Column("tax_rate", sa.String(length=8), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["price_book_item.id"], name=op.f("fk_part_used_item_id_price_book_item")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_part_used_job_id_job")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_part_used_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_part_used_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_used")),
    )
    with op.batch_alter_table("part_used", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_used_job_id"), ["job_id"], unique=False)

    op.create_table(
        "photo",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("file_key", sa.String(length=120), nullable=False),
        sa.Column("thumb_key", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("item_id", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_photo_job_id_job")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_photo_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_photo_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("file_key", name=op.f("uq_photo_file_key")),
        sa.UniqueConstraint("person_id", "client_id", name=op.f("uq_photo_person_id_client_id")),
        sa.UniqueConstraint("thumb_key", name=op.f("uq_photo_thumb_key")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_job_id"), ["job_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("file_key", sa.String(length=120), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_signature_job_id_job")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signature_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_signature_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("file_key", name=op.f("uq_signature_file_key")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_job_id"), ["job_id"], unique=False)

    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checklist", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.drop_column("checklist")

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_job_id"))

    op.drop_table("signature")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_job_id"))

    op.drop_table("photo")
    with op.batch_alter_table("part_used", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_used_job_id"))

    op.drop_table("part_used")
    with op.batch_alter_table("coming_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coming_photo_job_id"))

    op.drop_table("coming_photo")
    with op.batch_alter_table("checklist_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_answer_job_id"))

    op.drop_table("checklist_answer")
    op.drop_table("price_book_item")

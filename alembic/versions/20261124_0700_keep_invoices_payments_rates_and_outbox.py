"""Keep invoices, payments, rates and the outbox

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billing_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_lines", sa.JSON(), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("tax_id", sa.String(length=40), nullable=True),
        sa.Column("register", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("iban", sa.String(length=40), nullable=True),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("terms_days", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("invoice_prefix", sa.String(length=12), nullable=False),
        sa.Column("credit_prefix", sa.String(length=12), nullable=False),
        sa.Column("logo_key", sa.String(length=120), nullable=True),
        sa.Column("tax_category", sa.String(length=2), nullable=False),
        sa.Column("tax_rate", sa.String(length=8), nullable=True),
        sa.Column("exempt_reason", sa.Text(), nullable=True),
        sa.Column("labour_rate", sa.String(length=24), nullable=True),
        sa.Column("rounding_unit", sa.Integer(), nullable=False),
        sa.Column("rounding_direction", sa.String(length=24), nullable=False),
        sa.Column("rounding_grace", sa.Integer(), nullable=False),
        sa.Column("rounding_minimum", sa.Integer(), nullable=False),
        sa.Column("rounding_scope", sa.String(length=24), nullable=False),
        sa.Column("travel", sa.String(length=24), nullable=False),
        sa.Column("travel_rate", sa.String(length=24), nullable=True),
        sa.Column("call_out_fee", sa.String(length=24), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_billing_settings_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_settings")),
    )
    op.create_table(
        "number_series",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_number_series")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("refers_to_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_full_credit", sa.Boolean(), nullable=False),
        sa.Column("discount_reason", sa.String(length=200), nullable=True),
        sa.Column("discount_per_cent", sa.String(length=8), nullable=True),
        sa.Column("discount_amount", sa.BigInteger(), nullable=True),
        sa.Column("allowances", sa.JSON(), nullable=False),
        sa.Column("tax_groups", sa.JSON(), nullable=False),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("logo_key", sa.String(length=120), nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("line_sum", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL)", name=op.f("ck_invoice_numbered_when_issued")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_invoice_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.id"], name=op.f("fk_invoice_issued_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["refers_to_id"], ["invoice.id"], name=op.f("fk_invoice_refers_to_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_invoice_issued_on", ["issued_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_refers_to_id"), ["refers_to_id"], unique=False)
        batch_op.create_index("ix_invoice_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "invoice_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_file_invoice_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_file")),
        sa.UniqueConstraint("invoice_id", "kind", name=op.f("uq_invoice_file_invoice_id_kind")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_mail_by_id_person")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_mail_invoice_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index("ix_mail_state_next_try_at", ["state", "next_try_at"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversed_by", sa.Integer(), nullable=True),
        sa.Column("reverse_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_above_zero")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payment_by_id_person")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["reversed_by"], ["person.id"], name=op.f("fk_payment_reversed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index("ix_payment_received_on", ["received_on"], unique=False)

    op.create_table(
        "invoice_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("site", sa.String(length=400), nullable=False),
        sa.Column("supplied_from", sa.Date(), nullable=True),
        sa.Column("supplied_to", sa.Date(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_job_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_invoice_job_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_job")),
        sa.UniqueConstraint("invoice_id", "job_id", name=op.f("uq_invoice_job_invoice_id_job_id")),
    )
    with op.batch_alter_table("invoice_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_job_job_id"), ["job_id"], unique=False)
        batch_op.create_index(
            "uq_invoice_job_one_draft",
            ["job_id"],
            unique=True,
            sqlite_where=sa.text("is_draft"),
            postgresql_where=sa.text("is_draft"),
        )

    op.create_table(
        "invoice_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("job_number", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("credits_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_price", sa.String(length=24), nullable=False),
        sa.Column("price_per", sa.String(length=8), nullable=False),
        sa.Column("tax_category", sa.String(length=2), nullable=False),
        sa.Column("tax_rate", sa.String(length=8), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("supplied_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("needs_look", sa.Boolean(), nullable=False),
        sa.Column("computed_net", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "unit_price NOT LIKE '-%'", name=op.f("ck_invoice_line_price_from_zero")
        ),
        sa.ForeignKeyConstraint(
            ["credits_id"],
            ["invoice_line.id"],
            name=op.f("fk_invoice_line_credits_id_invoice_line"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_invoice_line_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
    )
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invoice_line_credits_id"), ["credits_id"], unique=False
        )
        batch_op.create_index(
            "ix_invoice_line_invoice_id_position", ["invoice_id", "position"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_invoice_line_job_id"), ["job_id"], unique=False)

    op.create_table(
        "line_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["invoice_line.id"], name=op.f("fk_line_source_line_id_invoice_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_source")),
    )
    with op.batch_alter_table("line_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_source_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            "uq_line_source_live",
            ["kind", "source_id"],
            unique=True,
            sqlite_where=sa.text("is_live"),
            postgresql_where=sa.text("is_live"),
        )

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("labour_rate", sa.String(length=24), nullable=True))

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("labour_rate", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("rates", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("difference", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("difference_dismissed", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.add_column(sa.Column("labour_rate", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("fixed_price", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("tax_category", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("tax_rate", sa.String(length=8), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("labour_rate", sa.String(length=24), nullable=True))

    _freeze_invoices()


def downgrade() -> None:
    _thaw_invoices()
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("labour_rate")

    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.drop_column("tax_rate")
        batch_op.drop_column("tax_category")
        batch_op.drop_column("fixed_price")
        batch_op.drop_column("labour_rate")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("difference_dismissed")
        batch_op.drop_column("difference")
        batch_op.drop_column("rates")
        batch_op.drop_column("labour_rate")

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_column("labour_rate")

    with op.batch_alter_table("line_source", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_line_source_live",
            sqlite_where=sa.text("is_live"),
            postgresql_where=sa.text("is_live"),
        )
        batch_op.drop_index(batch_op.f("ix_line_source_line_id"))

    op.drop_table("line_source")
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_line_job_id"))
        batch_op.drop_index("ix_invoice_line_invoice_id_position")
        batch_op.drop_index(batch_op.f("ix_invoice_line_credits_id"))

    op.drop_table("invoice_line")
    with op.batch_alter_table("invoice_job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invoice_job_one_draft",
            sqlite_where=sa.text("is_draft"),
            postgresql_where=sa.text("is_draft"),
        )
        batch_op.drop_index(batch_op.f("ix_invoice_job_job_id"))

    op.drop_table("invoice_job")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_received_on")
        batch_op.drop_index(batch_op.f("ix_payment_invoice_id"))

    op.drop_table("payment")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_state_next_try_at")
        batch_op.drop_index(batch_op.f("ix_mail_invoice_id"))

    op.drop_table("mail")
    op.drop_table("invoice_file")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_state_due_on")
        batch_op.drop_index(batch_op.f("ix_invoice_refers_to_id"))
        batch_op.drop_index("ix_invoice_issued_on")
        batch_op.drop_index(batch_op.f("ix_invoice_customer_id"))

    op.drop_table("invoice")
    op.drop_table("number_series")
    op.drop_table("billing_settings")


FROZEN = (
    "id, kind, number, customer_id, currency, created_at, created_by, issued_at, issued_by, "
    "issued_on, due_on, refers_to_id, reason, is_full_credit, discount_reason, discount_per_cent, "
    "discount_amount, allowances, tax_groups, seller, buyer, reference, terms, photos, logo_key, "
    "template_version, line_sum, net, tax, total"
)
"""Columns of an issued invoice that nobody changes; the others are projections of payments and credit notes."""

PAID = "id, invoice_id, kind, amount, method, received_on, reference, by_id, at"

WHY = "issued invoices are never changed"

# Name → (act, table, condition on the row; "of" columns after the act where only those are frozen).
_STATE = "(SELECT state FROM invoice WHERE invoice.id = {row}.invoice_id) <> 'draft'"
_LINE_STATE = (
    "(SELECT state FROM invoice JOIN invoice_line ON invoice_line.invoice_id = invoice.id "
    "WHERE invoice_line.id = {row}.line_id) <> 'draft'"
)
TRIGGERS: dict[str, tuple[str, str, str]] = {
    "invoice_no_update": (f"UPDATE OF {FROZEN}", "invoice", "OLD.state <> 'draft'"),
    "invoice_no_return": (
        "UPDATE OF state",
        "invoice",
        "OLD.state <> 'draft' AND NOT (OLD.state = NEW.state "
        "OR (OLD.state = 'issued' AND NEW.state = 'credited'))",
    ),
    "invoice_no_delete": ("DELETE", "invoice", "OLD.state <> 'draft'"),
    "invoice_line_no_insert": ("INSERT", "invoice_line", _STATE.format(row="NEW")),
    "invoice_line_no_update": ("UPDATE", "invoice_line", _STATE.format(row="OLD")),
    "invoice_line_no_arrival": ("UPDATE OF invoice_id", "invoice_line", _STATE.format(row="NEW")),
    "invoice_line_no_delete": ("DELETE", "invoice_line", _STATE.format(row="OLD")),
    "invoice_job_no_insert": ("INSERT", "invoice_job", _STATE.format(row="NEW")),
    "invoice_job_no_update": ("UPDATE", "invoice_job", _STATE.format(row="OLD")),
    "invoice_job_no_delete": ("DELETE", "invoice_job", _STATE.format(row="OLD")),
    "line_source_no_insert": ("INSERT", "line_source", _LINE_STATE.format(row="NEW")),
    "line_source_no_update": (
        "UPDATE OF id, line_id, kind, source_id",
        "line_source",
        _LINE_STATE.format(row="OLD"),
    ),
    "line_source_no_revival": (
        "UPDATE OF is_live",
        "line_source",
        "NEW.is_live AND NOT OLD.is_live",
    ),
    "line_source_no_delete": ("DELETE", "line_source", _LINE_STATE.format(row="OLD")),
    "payment_no_update": (f"UPDATE OF {PAID}", "payment", ""),
    "payment_no_delete": ("DELETE", "payment", ""),
    "invoice_file_no_update": ("UPDATE", "invoice_file", ""),
    "invoice_file_no_delete": ("DELETE", "invoice_file", ""),
}


def _freeze_invoices() -> None:
    """The law's rule in the database itself: whatever program writes here, an issued document stays as it is."""
    if op.get_bind().dialect.name == "sqlite":
        for name, (act, table, when) in TRIGGERS.items():
            condition = f"WHEN {when} " if when else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} {condition}"
                f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            )
        return
    for name, (act, table, when) in TRIGGERS.items():
        op.execute(_function(name, act, when))
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _function(name: str, act: str, when: str) -> str:
    """A condition with a subquery may not stand in PostgreSQL's own WHEN, so it stands in the function."""
    row = "OLD" if act == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{WHY}';"
    body = f"IF {when} THEN {refuse} END IF;" if when else refuse
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN {row}; END $$"
    )


def _thaw_invoices() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (_act, table, _when) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")

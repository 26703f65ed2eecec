"""Keep numbers from going back

Revision: 0008
Follows: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRIGGERS = {
    "number_series_no_return": (
        "UPDATE",
        "NEW.kind <> OLD.kind OR NEW.year < OLD.year "
        "OR (NEW.year = OLD.year AND NEW.last < OLD.last)",
    ),
    "number_series_no_delete": ("DELETE", "OLD.last > 0"),
}
"""A number that was given is given once, whatever program writes here."""

WHY = "numbers are never changed back"


def upgrade() -> None:
    for name, (act, when) in TRIGGERS.items():
        _refuse(name, act, when)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON number_series"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")


def _refuse(name: str, act: str, when: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON number_series WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        )
        return
    row = "OLD" if act == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {when} THEN RAISE EXCEPTION '{WHY}'; END IF; RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON number_series "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )

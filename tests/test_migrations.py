"""The migrations make exactly the tables that the models describe, and can be taken back."""

import alembic.command
import pytest
from alembic.util import CommandError

from app import db


def test_the_models_ask_for_nothing_that_no_migration_makes(database_url: str) -> None:
    alembic.command.check(db.alembic_config(database_url))


def test_the_check_notices_a_table_that_is_missing(empty_database_url: str) -> None:
    with pytest.raises(CommandError, match="not up to date"):
        alembic.command.check(db.alembic_config(empty_database_url))


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    db.migrate(database_url)
    alembic.command.check(db.alembic_config(database_url))


def test_every_migration_can_be_taken_back_and_made_again(database_url: str) -> None:
    alembic.command.downgrade(db.alembic_config(database_url), "base")
    db.migrate(database_url)
    alembic.command.check(db.alembic_config(database_url))

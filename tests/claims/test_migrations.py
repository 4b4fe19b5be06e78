"""The records' form: the same from models and migrations, append only where it must be, made once by many."""

import subprocess
import sys
from importlib import resources

import pytest
from alembic import command
from databases import sqlite_url
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from world import MINUTES, bring_to, who

from claims.database import _alembic, is_current, migrate, open_engine, require_current
from claims.desk import Desk, create_database, open_desk
from claims.errors import DatabaseNotReady, ModeFixed
from claims.publicity.resolutions import publish
from claims.trail.audit import seal
from config.settings import Settings
from states.stages import Stage


def test_the_models_say_what_the_migrations_made(database_settings: Settings) -> None:
    engine = open_engine(database_settings.database_url)
    migrate(engine)
    config = _alembic()
    config.attributes["bind"] = engine
    command.check(config)
    assert is_current(engine)
    engine.dispose()


def test_the_migrations_travel_with_the_package() -> None:
    folder = resources.files("claims") / "migrations"
    assert (folder / "env.py").is_file()
    for name in ("0001_records.py", "0002_document_numbers.py"):
        assert (folder / "versions" / name).is_file()


def test_an_empty_or_unreachable_database_says_what_to_do(database_settings: Settings) -> None:
    with pytest.raises(DatabaseNotReady, match="jiangbu init"), open_desk(database_settings):
        pass
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseNotReady, match="JIANGBU_DATABASE_URL"):
        require_current(engine)
    engine.dispose()


def test_making_the_database_again_changes_nothing_and_its_mode_stays(database_settings: Settings) -> None:
    for _ in range(2):
        create_database(database_settings, rehearsal=True)
    with pytest.raises(ModeFixed, match="演练"):
        create_database(database_settings, rehearsal=False)
    with open_desk(database_settings) as desk:
        assert desk.rehearsal


def test_several_may_make_the_same_database_at_once(database_settings: Settings) -> None:
    program = (
        "import sys; from pathlib import Path; from claims.desk import create_database; "
        "from config.settings import Settings; "
        "create_database(Settings(Path(sys.argv[1]), sys.argv[2], sys.argv[3]), rehearsal=False)"
    )
    given = database_settings
    command_line = [sys.executable, "-c", program, str(given.home), given.database_url, given.secret_key]
    makers = [subprocess.Popen(command_line) for _ in range(3)]
    assert [each.wait(60) for each in makers] == [0, 0, 0]
    with open_desk(database_settings) as desk, desk.reading() as tx:
        assert tx.session.execute(text("SELECT count(*) FROM meta")).scalar_one() == 1
        offices = tx.session.execute(text("SELECT count(*) FROM organisation")).scalar_one()
        assert offices == len(desk.directory.offices)


def test_what_is_append_only_is_neither_changed_nor_removed(desk: Desk) -> None:
    with desk.transaction() as tx:
        bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, MINUTES, actor=who(tx, "xu"))
        seal(tx)
    for table in ("event", "ledger_entry", "published_line", "checkpoint"):
        column = inspect(desk.engine).get_columns(table)[1]["name"]
        statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
        statements.append(
            f"TRUNCATE {table} CASCADE"
            if desk.engine.dialect.name == "postgresql"
            else f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        )
        for statement in statements:
            with pytest.raises(IntegrityError, match="append only"), desk.engine.begin() as connection:
                connection.execute(text(statement))


def test_a_row_in_the_way_of_the_same_event_is_not_replaced(sqlite_desk: Desk) -> None:
    again = (
        "INSERT OR REPLACE INTO event (stream, seq, trigger, actor, role, at, reason, data, previous_hash, hash) "
        "SELECT stream, seq, trigger, 'somebody', role, at, reason, data, previous_hash, hash FROM event LIMIT 1"
    )
    with pytest.raises(IntegrityError, match="append only"), sqlite_desk.engine.begin() as connection:
        connection.execute(text(again))


def test_an_older_database_is_told_from_a_new_one(sqlite_settings: Settings) -> None:
    engine = open_engine(sqlite_url(sqlite_settings.home / "other" / "new.db"))
    assert not is_current(engine), "the folder is made, the tables are not"
    migrate(engine)
    migrate(engine)
    assert is_current(engine)
    engine.dispose()

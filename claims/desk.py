"""The open desk: settings, rulebook, directory, calendar and database, and the transaction they are used in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from claims import clock, security_log
from claims.database import migrate, open_engine, require_current, session_of
from claims.errors import LiveTime, ModeFixed
from claims.models import Meta, Organisation
from claims.security_log import Fact, Note
from claims.vault import Vault
from config.directory import Directory, load_directory
from config.nodes import RulebookError
from config.rulebook import load_rulebook
from config.settings import BadSettings, Settings
from config.workdays import load_workdays, with_county
from states.calendar import Workdays
from states.policy import Rulebook

LIVE, REHEARSAL = "live", "rehearsal"
_MODE_NAMES = {LIVE: ("正式", "live work"), REHEARSAL: ("演练", "rehearsal")}


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a use case needs besides its own arguments. Safe to share between threads."""

    settings: Settings
    engine: Engine
    rulebook: Rulebook
    directory: Directory
    workdays: Workdays
    vault: Vault
    rehearsal: bool

    @contextmanager
    def transaction(self) -> Iterator["Tx"]:
        """One decision: everything inside is committed together, or nothing is. Then the security log is told."""
        with session_of(self.engine) as session:
            tx = Tx(session, self, clock.now())
            yield tx
        security_log.write(self.settings.home, *tx.notes)

    def note(self, event: str, actor: str = "", **facts: Fact) -> None:
        """Tell the security log at once, whatever becomes of a transaction."""
        security_log.write(self.settings.home, Note(event, actor, facts))

    @contextmanager
    def reading(self) -> Iterator["Tx"]:
        """A look at the records that writes nothing and waits for nobody."""
        with session_of(self.engine, reading=True) as session:
            yield Tx(session, self, clock.now())


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction. `now` stands still in it, so that all it writes bears one time.

    `notes` are for the security log, written once what they tell of is committed.
    """

    session: Session
    desk: Desk
    now: datetime
    notes: list[Note] = field(default_factory=list, compare=False)

    def note(self, event: str, actor: str, **facts: Fact) -> None:
        self.notes.append(Note(event, actor, facts, self.now))


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """The desk on an existing database.

    Raises `DatabaseNotReady` where there is none or an old one, `LiveTime` where `JIANGBU_NOW` meets a live one,
    `BadSettings` where a workday table of the data folder cannot be read.
    """
    engine = open_engine(settings.database_url)
    try:
        require_current(engine)
        with session_of(engine, reading=True) as session:
            mode = session.scalars(select(Meta.value).where(Meta.key == "mode")).one()
        if settings.now is not None and mode == LIVE:
            raise LiveTime
        clock.pin(settings.now)
        yield desk_on(engine, settings, mode)
    finally:
        clock.pin(None)
        engine.dispose()


def desk_on(engine: Engine, settings: Settings, mode: str) -> Desk:
    """The desk on a database of this mode, with the data that the program brings."""
    return Desk(
        settings=settings,
        engine=engine,
        rulebook=load_rulebook(),
        directory=load_directory(),
        workdays=_workdays(settings),
        vault=Vault(settings.secret_key),
        rehearsal=mode == REHEARSAL,
    )


def _workdays(settings: Settings) -> Workdays:
    """The county's own tables are read anew with each desk that opens: a year is added while the schedule runs."""
    try:
        return with_county(load_workdays(), settings.workdays_folder)
    except RulebookError as error:
        place = f"{settings.home / error.file}"
        raise BadSettings(
            f"{place} 第 {error.line} 行：{error.zh}", f"{place}, line {error.line}: {error.en}"
        ) from error


def create_database(settings: Settings, *, rehearsal: bool) -> None:
    """Make or update the database and load the directory of organisations; its mode, once set, stays."""
    engine = open_engine(settings.database_url)
    wanted = REHEARSAL if rehearsal else LIVE
    try:
        migrate(engine)
        with session_of(engine) as session:
            found = session.scalars(select(Meta.value).where(Meta.key == "mode")).one_or_none()
            if found is None:
                session.add(Meta(key="mode", value=wanted))
            elif found != wanted:
                raise ModeFixed(
                    *(_MODE_NAMES[each][0] for each in (found, wanted)),
                    *(_MODE_NAMES[each][1] for each in (found, wanted)),
                )
            _load_directory(session, load_directory())
    except IntegrityError:
        # Another process was making the same database; what it wrote is what we would have written.
        require_current(engine)
    finally:
        engine.dispose()


def _load_directory(session: Session, directory: Directory) -> None:
    known = {each.code: each for each in session.scalars(select(Organisation))}
    for office in directory.offices:
        row = known.get(office.code)
        if row is None:
            row = Organisation(code=office.code, kind=office.kind, names=[], uscc=office.uscc or None)
            session.add(row)
        row.kind, row.names, row.township = office.kind, list(office.names), office.township

"""Runs the migrations that `claims.database` asks for, all in one transaction: its caller's, or one of their own."""

import warnings
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text

from claims.models import Base

ONE_AT_A_TIME = 0x4A42_0001
"""Key of PostgreSQL's advisory lock: two desks starting at once migrate one after the other."""

SPELT_ANEW = frozenset({"ix_claim_list"})
"""Indexes of an expression, which each database spells in its own way: tests hold that they are there and used."""


def _comparable(_object: Any, name: str | None, kind: str, _reflected: Any, _other: Any) -> bool:
    return not (kind == "index" and name in SPELT_ANEW)


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        include_object=_comparable,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*expression-based index")
        context.run_migrations()


bind: Engine | Connection = context.config.attributes["bind"]
if isinstance(bind, Connection):
    _run(bind)
else:
    with bind.begin() as begun:
        _run(begun)

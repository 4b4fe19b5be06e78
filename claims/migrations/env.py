"""Runs the migrations on the engine that `claims.database` hands over, all in one transaction."""

from alembic import context
from sqlalchemy import Connection, Engine, text

from claims.models import Base

ONE_AT_A_TIME = 0x4A42_0001
"""Key of PostgreSQL's advisory lock: two desks starting at once migrate one after the other."""


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()


engine: Engine = context.config.attributes["engine"]
with engine.begin() as begun:
    _run(begun)

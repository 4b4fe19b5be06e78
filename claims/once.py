"""Writing a row that others may be writing at this moment: whoever comes second finds it there."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from claims.desk import Tx
from claims.models import Base

ROW_LOCK = {"key_share": True}
"""How a row is locked that others refer to: writers wait, rows that name it as their foreign key do not."""


def insert_once(tx: Tx, model: type[Base], key: str, values: dict[str, Any]) -> bool:
    """Insert a row under its unique column `key`; False where it stands already.

    On PostgreSQL a rival's uncommitted row is waited for, so that False always means a row that can be read.
    """
    dialect = postgresql if tx.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(model)
        .values(values)
        .on_conflict_do_nothing(index_elements=[key])
        .returning(model.__table__.c[key])
    )
    return tx.session.execute(statement).scalar_one_or_none() is not None

"""Alembic migrations of the records; run by `claims.database.migrate`."""

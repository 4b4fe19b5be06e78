"""The base of all records: how moments, money and enumerations are stored."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from states.calendar import TZ
from states.stages import Role, Stage


class Moment(TypeDecorator[datetime]):
    """An aware moment: stored in UTC, given back in Asia/Shanghai. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset")
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).astimezone(TZ)


def _enumeration(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=40, values_callable=lambda each: [member.value for member in each]
    )


Money = Annotated[int, mapped_column(BigInteger)]
"""Whole yuan."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy, which wants a plain dict
        datetime: Moment,
        str: Text,
        Stage: _enumeration(Stage),
        Role: _enumeration(Role),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Meta(Base):
    """What the database says of itself: `mode` is live or rehearsal and never changes."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

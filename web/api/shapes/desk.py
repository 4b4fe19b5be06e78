"""The audit, people and organisations, and what stands against a request."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from states.stages import Role
from web.api.shapes.base import Hash, Moment, Shape


class ChainProblem(Shape):
    claim: str
    seq: int | None
    problem: str


class Verification(Shape):
    ok: bool
    events: int
    problems: list[ChainProblem]


class Checkpoint(Shape):
    """The heads of all chains, to be kept where nobody of the desk can change it."""

    format: str
    sealed_at: Moment
    streams: int
    events: int
    root: Hash
    heads: dict[str, list[int | str]]


class Office(Shape):
    code: str
    kind: str
    name: str


class Me(Shape):
    name: str
    roles: list[Role]
    office: Office | None


class User(Shape):
    name: str
    roles: list[Role]
    org: str | None
    email: str
    active: bool
    declared: list[str]


class UserAdded(Shape):
    """`password` is given once, and null where only a role was added."""

    name: str
    role: Role
    org: str | None
    password: str | None


class Organisation(Shape):
    code: str
    kind: str
    name: str
    names: list[str]
    uscc: str | None
    township: str
    email: str


class ProblemType(Shape):
    """A code of problems with its sentences; names in braces stand for members of the problem."""

    code: str
    status: int
    detail: str
    detail_en: str


class Problem(BaseModel):
    """RFC 9457. Facts stand beside these members, such as `expected` and `found` of a `version_conflict`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "number": "SB-2025-0001",
                    "expected": 3,
                    "found": 4,
                    "type": "/api/v1/problems/version_conflict",
                    "title": "与当前状态不符",
                    "status": 409,
                    "detail": "申报件 SB-2025-0001 已被他人办理（您看到的是第 3 版，现为第 4 版）；请重新打开后再办。",
                    "code": "version_conflict",
                }
            ]
        },
    )

    type: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    title: str
    status: int
    detail: str
    code: str

"""The API under everything that its description allows and much that it does not, with each role's token.

Requests are made by schemathesis from the OpenAPI document; the same seed makes the same requests. Half of those that
name a claim, a batch, a list name one that there is, so that they reach what lies behind.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import schemathesis
import world
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from claims.desk import Desk, open_desk
from claims.identity import people
from claims.publicity.resolutions import publish
from claims.trail.audit import verify
from config.settings import Settings
from notifications.round import run_round
from states.stages import PEOPLES_ROLES, Role, Stage
from web.api.app import PREFIX
from web.app import create_app

pytestmark = pytest.mark.slow

Operation = APIOperation[Any, Any, Any, Any]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SEED = 20_250_310
PATIENCE = int(os.environ.get("JIANGBU_FUZZ", "1"))
EXAMPLES = {GenerationMode.POSITIVE: 2 * PATIENCE, GenerationMode.NEGATIVE: PATIENCE}
"""Requests of each kind of each call, each sent with the token of every role; more of them for who has the time."""

ONLY_THEIRS = {
    "title": "只有本单位知道的标准名称",
    "contact": "只有本单位的林某",
    "remark": "只有本单位知道的事",
}
"""What stands in a claim that is under review: words that no other unit, township or department may read."""
STRANGERS = ("he", "wu", "zhao")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """The API of a desk with something to find, the tokens of its people, and what there is in addresses."""

    operations: tuple[Operation, ...]
    tokens: dict[str, str]
    known: dict[str, str]


@pytest.fixture
def strict_desk(postgres_world_settings: Settings) -> Iterator[Desk]:
    """The world as a rehearsal on PostgreSQL, which refuses texts and numbers that SQLite would take."""
    world.turn_into_rehearsal(postgres_world_settings)
    with open_desk(replace(postgres_world_settings, now=world.MORNING)) as desk:
        yield desk


@pytest.fixture
def fuzzed(strict_desk: Desk) -> Fuzzed:
    with strict_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, world.a_form(**ONLY_THEIRS))
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        world.add_draft(tx)
    run_round(strict_desk)
    with strict_desk.transaction() as tx:
        tokens = {name: people.make_token(tx, name) for name in world.PEOPLE}
    schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", create_app(strict_desk))
    found = tuple(each.ok() for each in schema.get_all_operations())
    known = {"number": number, "ref": world.MINUTES, "code": "lead-national", "year": "2025", "id": "1"}
    return Fuzzed(found, tokens, known)


def cases(operation: Operation, known: dict[str, str], mode: GenerationMode) -> Any:
    """Requests of one call. A good one names by turns what there is and what chance says."""

    @st.composite
    def made(draw: st.DrawFn) -> Case:
        case: Case = draw(operation.as_strategy(generation_mode=mode))
        for name in set(case.path_parameters) & known.keys():
            if draw(st.booleans()):
                case.path_parameters[name] = known[name]
        return case

    return made()


def requests(fuzzed: Fuzzed) -> Iterator[tuple[Operation, GenerationMode]]:
    for operation in fuzzed.operations:
        for mode in EXAMPLES:
            # Of a call without any parameter there is nothing that could be wrong.
            if mode is GenerationMode.POSITIVE or operation.body or operation.query:
                yield operation, mode


@pytest.mark.timeout(400)
def test_nothing_breaks_and_nothing_leaks_whatever_is_asked_by_whom(
    fuzzed: Fuzzed, strict_desk: Desk
) -> None:
    answered: dict[int, int] = {}
    for operation, mode in requests(fuzzed):

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES[mode],
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases(operation, fuzzed.known, mode))
        def ask(case: Case) -> None:
            for name, token in fuzzed.tokens.items():
                headers = {"Authorization": f"Bearer {token}"}
                response = case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)
                answered[response.status_code] = answered.get(response.status_code, 0) + 1
                _nothing_of_others(name, response.content)

        ask()
    # Requests that were all turned away at the door would prove nothing; of the broken ones, some lack the token.
    assert answered.keys() >= {200, 201, 401, 403, 404, 409, 422}, answered
    assert answered[200] > answered[401]
    with strict_desk.reading() as tx:
        assert verify(tx).problems == ()


def _nothing_of_others(name: str, content: bytes) -> None:
    assert world.FORM.account.encode() not in content
    if name in STRANGERS:
        for words in ONLY_THEIRS.values():
            assert words.encode() not in content
            assert json.dumps(words).strip('"').encode() not in content


def test_every_role_takes_part() -> None:
    assert {role for role, _ in world.PEOPLE.values()} == set(PEOPLES_ROLES)
    assert {world.PEOPLE[name][0] for name in STRANGERS} == {Role.APPLICANT, Role.TOWNSHIP, Role.DEPARTMENT}

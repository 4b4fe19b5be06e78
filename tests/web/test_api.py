"""The API's manners: who may call what, what a refusal looks like, what is taken and what is not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import world
from fastapi import FastAPI
from fastapi.routing import APIRoute
from programs import ROUTES, Program, program
from snapshots import Snapshots
from visitors import SignIn

from claims.desk import Desk
from claims.errors import DatabaseNotReady
from claims.identity import people
from states.stages import PEOPLES_ROLES, Role, Stage
from web.api import bodies, problems
from web.api.app import LARGEST_JSON, create_api
from web.api.callers import KeyedTokenOf, TokenOf
from web.api.shapes.desk import Problem
from web.guards import Gate, Unguarded

WHO = {role: name for name, (role, _) in reversed(world.PEOPLE.items())}
"""One person of each role."""

FILLED = {"number": "SB-2025-0001", "year": "2025", "code": "lead-national", "batch": "BF-2025-01"}


def gate_of(route: APIRoute) -> Gate:
    (gate,) = [each.call for each in route.dependant.dependencies if isinstance(each.call, Gate)]
    return gate


def method_of(route: APIRoute) -> str:
    return next(iter(route.methods))


def address(route: APIRoute) -> str:
    path = route.path_format
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", FILLED.get(name, "1"))
    return path.replace("/evidence/1", f"/evidence/{'0' * 64}").replace("/problems/lead", "/problems/wrong")


GUARDED = [route for route in ROUTES if isinstance(gate_of(route), TokenOf)]


# Who may call


def test_who_may_call_what_is_as_reviewed(snapshots: Snapshots) -> None:
    snapshots.check("api_access.txt", "".join(f"{line}\n" for line in sorted(_described())))


def _described() -> Iterator[str]:
    for route in ROUTES:
        gate = gate_of(route)
        assert isinstance(gate, TokenOf | Unguarded)
        roles = gate.roles if isinstance(gate, TokenOf) else None
        who = "everybody, no token" if roles is None else _names(roles)
        yield f"{route.path_format:40} {method_of(route):4}  {who}"


def _names(roles: frozenset[Role]) -> str:
    if roles == set(PEOPLES_ROLES):
        return "every token"
    return ", ".join(str(role) for role in PEOPLES_ROLES if role in roles)


def test_every_call_that_changes_something_takes_a_key() -> None:
    for route in ROUTES:
        assert isinstance(gate_of(route), KeyedTokenOf) is (method_of(route) == "POST"), route.path


@pytest.mark.parametrize("role", PEOPLES_ROLES, ids=str)
def test_a_role_may_call_its_own_and_nothing_else(app: FastAPI, rehearsal_desk: Desk, role: Role) -> None:
    caller = program(app, rehearsal_desk, WHO[role])
    wrong = []
    for route in GUARDED:
        body = {} if method_of(route) == "POST" else None
        answer = caller.call(method_of(route), address(route), body)
        refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
        gate = gate_of(route)
        assert isinstance(gate, TokenOf)
        if refused is (role in gate.roles) or answer.status_code >= 500:
            wrong.append(f"{method_of(route)} {route.path}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def test_without_a_token_nothing_is_told(app: FastAPI, rehearsal_desk: Desk) -> None:
    for token in (None, "jb_made-up", ""):
        caller = Program(app, token)
        for route in GUARDED:
            answer = caller.call(method_of(route), address(route))
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), route.path
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_signed_in_browser_is_nobody_to_the_api(sign_in: SignIn, under_review: str) -> None:
    """So that no page elsewhere can make a browser call it for somebody."""
    visitor = sign_in("li")
    assert visitor.get(f"/claims/{under_review}").status_code == 200
    assert visitor.get(f"/api/v1/claims/{under_review}").status_code == 401
    assert visitor.client.post("/api/v1/claims/actions", json={}).status_code == 401


def test_a_token_opens_no_page(app: FastAPI, rehearsal_desk: Desk) -> None:
    caller = program(app, rehearsal_desk, "li")
    assert caller.client.get("/claims").status_code == 303
    assert caller.client.post("/claims/SB-2025-0001/actions").status_code == 403


def test_a_users_token_ends_with_the_user(app: FastAPI, rehearsal_desk: Desk) -> None:
    caller = program(app, rehearsal_desk, "li")
    assert caller.get("/me")["roles"] == ["reviewer"]
    with rehearsal_desk.transaction() as tx:
        people.load_user(tx, "li").active = False
    assert caller.refused("GET", "/me") == (401, "not_signed_in")


def test_only_the_hash_of_a_token_is_stored(rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        token = people.make_token(tx, "li")
    assert token.encode() not in b"".join(
        path.read_bytes() for path in rehearsal_desk.settings.home.iterdir() if "db" in path.name
    )


def test_what_a_caller_may_not_see_looks_like_what_is_not_there(
    app: FastAPI, rehearsal_desk: Desk, under_review: str
) -> None:
    """Whatever is asked of it, so that no number can be guessed at."""
    body = {"trigger": "withdraw", "reason": "r", "by": "b", "text": "t", "changes": {}}
    paths = [
        ("GET", ""),
        ("GET", "/history"),
        ("GET", "/explanation"),
        ("GET", f"/evidence/{'0' * 64}"),
        ("POST", "/actions"),
        ("POST", "/corrections"),
        ("POST", "/objections"),
        ("POST", "/undo"),
    ]
    for name in ("he", "wu", "zhao"):
        caller = program(app, rehearsal_desk, name)
        for method, path in paths:
            kept = {"/actions": ("trigger",), "/corrections": ("changes",), "/objections": ("by", "text")}
            sent = {each: body[each] for each in kept.get(path, ())} if method == "POST" else None
            answers = []
            for number in (under_review, "SB-2025-7777"):
                answer = caller.call(method, f"/claims/{number}{path}", sent)
                answers.append((answer.status_code, answer.text.replace(number, "N")))
            assert answers[0] == answers[1], (name, path)
            assert answers[0][0] in {403, 404}, (name, path, answers)
        (result,) = caller.post("/claims/actions", {"trigger": "withdraw", "numbers": [under_review]})
        assert (result["outcome"], result["code"]) == ("refused", "unknown_claim")


# Refusals


def test_a_refusal_is_a_problem_with_code_sentence_and_facts(
    app: FastAPI, rehearsal_desk: Desk, under_review: str, snapshots: Snapshots
) -> None:
    li, xu = program(app, rehearsal_desk, "li"), program(app, rehearsal_desk, "xu")
    acting = f"/claims/{under_review}/actions"
    version = li.get(f"/claims/{under_review}")["version"]
    asked = [
        (li, "GET", "/claims/SB-2025-9999", None),
        (li, "POST", acting, {"trigger": "endorse", "version": version - 1}),
        (li, "POST", acting, {"trigger": "accept"}),
        (xu, "POST", acting, {"trigger": "endorse"}),
        (li, "POST", acting, {"trigger": "reject"}),
        (li, "POST", acting, {"trigger": "endorse", "amount_yuan": 900_000}),
        (li, "POST", acting, {"trigger": "promote", "amount_yuan": "10", "colour": "red"}),
        (li, "GET", "/claims?stag=draft", None),
        (li, "GET", "/users", None),
        (li, "GET", "/nowhere", None),
        (li, "GET", "/claims/SB%0A2025", None),
        (li, "GET", "/claims/actions/x/y", None),
        (li, "PUT", "/claims", None),
        (Program(app), "GET", "/claims", None),
    ]
    told = []
    for caller, method, path, body in asked:
        for wish in ("", "en-GB,en;q=0.9,zh;q=0.3"):
            answer = caller.call(method, path, body, headers={"Accept-Language": wish})
            assert answer.headers["content-type"] == problems.MEDIA_TYPE
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-language"] == ("en" if wish else "zh-CN")
            shown = json.dumps(answer.json(), ensure_ascii=False, indent=1)
            told.append(f"{method} {path} {json.dumps(body)}\n{shown}\n")
    snapshots.check("api_problems.txt", "\n".join(told))


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "zh-CN"),
        ("en", "en"),
        ("en-US,en;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.5, zh-TW;q=0.4", "en"),
        ("*", "zh-CN"),
        ("fr", "zh-CN"),
        ("en;q=nonsense", "zh-CN"),
        (";;;,,,q=", "zh-CN"),
    ],
)
def test_the_language_of_a_sentence_is_what_the_caller_prefers(
    app: FastAPI, wish: str, language: str
) -> None:
    answer = Program(app).call("GET", "/claims", headers={"Accept-Language": wish})
    assert answer.headers["content-language"] == language


def test_the_type_of_every_problem_leads_to_what_it_means(app: FastAPI) -> None:
    caller = Program(app)
    codes = problems.known_codes()
    assert {"wrong_stage", "version_conflict", "idempotency_key_reused", "not_signed_in"} <= codes.keys()
    for code in codes:
        found = caller.client.get(f"{problems.TYPES}{code}").json()
        assert found["code"] == code
        assert found["detail"]
        assert found["detail_en"]
    assert caller.refused("GET", "/problems/no_such_code") == (404, "not_found")


def test_what_breaks_inside_is_a_problem_that_tells_nothing_of_it(
    app: FastAPI, rehearsal_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program(app, rehearsal_desk, "li")

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("web.api.routes.claims.claim_list", break_down)
    answer = caller.call("GET", "/claims")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


def test_a_database_that_is_away_is_told_with_503(
    app: FastAPI, rehearsal_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program(app, rehearsal_desk, "li")

    def away(*_: object, **__: object) -> None:
        raise DatabaseNotReady("数据库无法连接。", "The database cannot be reached.")

    monkeypatch.setattr("web.api.routes.claims.claim_list", away)
    assert caller.refused("GET", "/claims") == (503, "database_not_ready")


# What is taken


def test_a_request_without_end_is_cut_off(app: FastAPI, rehearsal_desk: Desk, under_review: str) -> None:
    caller = program(app, rehearsal_desk, "li")
    body = json.dumps({"trigger": "endorse", "reason": "很" * LARGEST_JSON}).encode()
    headers = {"Content-Type": "application/json"}
    answer = caller.call("POST", f"/claims/{under_review}/actions", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


def test_a_paper_of_more_than_20_mb_is_refused_whole(app: FastAPI, rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    caller = program(app, rehearsal_desk, "lin")
    for megabytes, expected in ((21, (422, "evidence_refused")), (25, (413, "request_too_large"))):
        paper = b"%PDF-1.7\n" + bytes(megabytes * 2**20)
        sent = {"data": {"kind": "application_form"}, "files": {"file": ("a.pdf", paper, "application/pdf")}}
        assert caller.refused("POST", f"/claims/{number}/evidence", **sent) == expected
    assert caller.get(f"/claims/{number}")["version"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"trigger": "endorse", "reason": "\\u0000"}',
        b'{"trigger": "endorse", "reason": "\\ud800"}',
        b'{"trigger": "endorse", "amount_yuan": 1e400}',
        b'{"trigger": "endorse", "amount_yuan": NaN}',
        b'{"trigger": "endorse", "amount_yuan": 100000.0}',
        b'{"trigger": "endorse", "amount_yuan": ' + b"9" * 5000 + b"}",
        b'{"trigger": "endorse", "amount_yuan": true}',
        b'{"trigger": "endorse", "version": 99999999999}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=repr,
)
def test_nonsense_is_a_problem_of_the_caller(
    app: FastAPI, rehearsal_desk: Desk, under_review: str, content: bytes
) -> None:
    caller = program(app, rehearsal_desk, "li")
    headers = {"Content-Type": "application/json"}
    answer = caller.call("POST", f"/claims/{under_review}/actions", content=content, headers=headers)
    assert answer.status_code in {400, 422}, answer.text


# The description


def test_the_description_is_whole_and_open_to_all(app: FastAPI) -> None:
    found = Program(app).client.get("/api/v1/openapi.json").json()
    assert found["servers"] == [{"url": "/api/v1"}]
    assert found["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    described = {(method.upper(), path) for path, methods in found["paths"].items() for method in methods}
    assert described == {(method_of(route), route.path_format) for route in ROUTES}
    for path, methods in found["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            assert ("security" in operation) is (path != "/problems/{code}")
    assert "http://" not in json.dumps(found)
    assert "https://" not in json.dumps(found)


def test_no_page_about_the_api_fetches_anything_from_elsewhere(app: FastAPI) -> None:
    """There is none: the usual ones come from other hosts."""
    for path in ("/api/v1/docs", "/api/v1/redoc", "/docs", "/redoc"):
        assert Program(app).client.get(path).status_code == 404


def test_every_example_of_the_description_holds() -> None:
    for model in (*vars(bodies).values(), Problem):
        if isinstance(model, type) and issubclass(model, bodies.Body | Problem):
            extra = model.model_config.get("json_schema_extra") or {}
            assert isinstance(extra, dict)
            for example in extra.get("examples", ()):  # type: ignore[union-attr]
                model.model_validate(example)


def test_every_body_with_members_that_are_needed_has_an_example(sqlite_desk: Desk) -> None:
    found = create_api(sqlite_desk).openapi()
    for path, methods in found["paths"].items():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert found["components"]["schemas"][name].get("examples"), (path, name)


def test_the_stages_of_the_description_are_those_of_the_procedure(sqlite_desk: Desk) -> None:
    found = create_api(sqlite_desk).openapi()["components"]["schemas"]["Stage"]
    assert found["enum"] == [str(stage) for stage in Stage]


def test_the_guide_names_calls_that_there_are() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"\$DESK(/[^\s\"?]+)", guide) + re.findall(r"`(?:GET|POST) (/[^`]+)`", guide)
    assert len(named) > 10
    for path in named:
        assert any(route.path_regex.match(path) for route in ROUTES), path

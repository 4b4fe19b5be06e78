"""A program that calls the API: a token, no cookies, and every answer held against its description."""

import json
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from claims.desk import Desk
from claims.identity import people
from web.api.app import PREFIX
from web.api.problems import MEDIA_TYPE
from web.api.routes import ROUTERS
from web.api.shapes.desk import Problem

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


class Program:
    """Calls the API with somebody's token, or with none."""

    def __init__(self, app: FastAPI, token: str | None = None) -> None:
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        if token is not None:
            self.client.headers["Authorization"] = f"Bearer {token}"

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = {**more.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        if body is not None:
            more["json"] = body
        answer = self.client.request(method, f"{PREFIX}{path}", headers=headers, **more)
        hold_against_description(method, path, answer)
        return answer

    def get(self, path: str, **more: Any) -> Any:
        """What is there."""
        answer = self.call("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """What was done."""
        answer = self.call("POST", path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Status and code of the problem."""
        answer = self.call(method, path, body, **more)
        assert answer.headers["content-type"] == MEDIA_TYPE, answer.text
        return answer.status_code, answer.json()["code"]

    def attach(self, number: str, kind: str, content: bytes, **more: Any) -> Any:
        """A claim with one more paper."""
        sent = {"data": {"kind": kind}, "files": {"file": (f"{kind}.pdf", content, "application/pdf")}}
        return self.post(f"/claims/{number}/evidence", **sent, **more)


def program(app: FastAPI, desk: Desk, name: str) -> Program:
    """The program of a user."""
    with desk.transaction() as tx:
        return Program(app, people.make_token(tx, name))


def route_of(method: str, path: str) -> APIRoute | None:
    path = path.partition("?")[0]
    return next((each for each in ROUTES if method in each.methods and each.path_regex.match(path)), None)


def hold_against_description(method: str, path: str, answer: httpx.Response) -> None:
    """Fails where an answer has a member too many or too few, or one of another kind."""
    if answer.status_code >= 400:
        Problem.model_validate(answer.json())
        assert answer.json()["status"] == answer.status_code
        return
    route = route_of(method, path)
    assert route is not None, path
    if route.response_model is not None:
        TypeAdapter(route.response_model).validate_json(json.dumps(answer.json()))

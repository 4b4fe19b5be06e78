"""The calls, one module a subject. Each turns a request into one use case and gives its result as JSON."""

from fastapi import APIRouter

from web.api.routes import claims, decisions, desk, filing, letters, lists, payouts, policy, year

ROUTERS: tuple[APIRouter, ...] = tuple(
    each.router for each in (claims, decisions, filing, year, lists, policy, payouts, letters, desk)
)

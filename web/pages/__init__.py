"""The pages, one module a subject. Each turns a request into one use case and shows its result."""

from fastapi import APIRouter

from web.pages import (
    actions,
    admin,
    apply,
    audit,
    calendar,
    claim,
    cycle,
    evidence,
    health,
    letters,
    notice,
    payouts,
    policy,
    queue,
    resolutions,
    sign_in,
    township,
)

ROUTERS: tuple[APIRouter, ...] = tuple(
    each.router
    for each in (
        health,
        sign_in,
        queue,
        claim,
        actions,
        evidence,
        apply,
        township,
        resolutions,
        notice,
        policy,
        payouts,
        letters,
        cycle,
        calendar,
        audit,
        admin,
    )
)

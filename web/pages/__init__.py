"""The pages, one module a subject. Each turns a request into one use case and shows its result."""

from fastapi import APIRouter

from web.pages import (
    actions,
    admin,
    apply,
    audit,
    bulk,
    calendar,
    claim,
    cycle,
    evidence,
    filing,
    filing_papers,
    health,
    letters,
    notice,
    payouts,
    policy,
    queue,
    receipt,
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
        bulk,
        claim,
        actions,
        evidence,
        apply,
        filing_papers,
        filing,
        receipt,
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

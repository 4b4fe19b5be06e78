"""What machines ask: is the process up, can it work, and how much stands where."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.responses import JSONResponse, Response

from claims import watch
from claims.desk import Desk
from states.facts import Actor
from web.guards import FOR_MACHINES, METRICS

router = APIRouter()


@router.get("/healthz")
def healthz(_: Annotated[None, Depends(FOR_MACHINES)]) -> dict[str, bool]:
    """The process answers. Nothing is asked of the database: a busy one must not get us restarted."""
    return {"ok": True}


@router.get("/readyz")
def readyz(request: Request, _: Annotated[None, Depends(FOR_MACHINES)]) -> Response:
    """Whether the database is reachable and of the newest form, and what falls due is being done."""
    desk: Desk = request.app.state.desk
    checks = watch.readiness(desk)
    return JSONResponse(checks, 200 if all(checks.values()) else 503)


@router.get("/metrics")
def metrics(request: Request, _: Annotated[Actor, Depends(METRICS)]) -> Response:
    """Counts and sums for Prometheus, without a name in them."""
    desk: Desk = request.app.state.desk
    registry = CollectorRegistry()
    with desk.reading() as tx:
        found = watch.figures(tx)
    for name, (help_text, label, values) in found.items():
        gauge = Gauge(f"jiangbu_{name}", help_text, [label], registry=registry)
        for key, value in values.items():
            gauge.labels(key).set(value)
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

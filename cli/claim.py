"""`jiangbu claim`: looking at claims; what goes into them and moves them stands in the two modules beside."""

from typing import Annotated

import typer

from claims.reading.queries import claim_json, claim_list, explanation_json, history_json
from cli import claim_text
from cli.commands import command, group
from cli.options import AnyCycle, Number, StageName, Viewing
from cli.output import Answer
from cli.session import reading

app = group("claim", "申报件", "claims: import, look at, act on")


@command(app, "list")
def list_claims(
    *,
    cycle: AnyCycle = None,
    stage: StageName = None,
    township: Annotated[
        str | None, typer.Option("--township", metavar="T", help="乡镇，如 菜园镇  township")
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的  only what is overdue")] = False,
    user: Viewing = None,
) -> Answer:
    """列出申报件。  List claims."""
    with reading(user) as (tx, viewer):
        data = claim_list(tx, cycle=cycle, stage=stage, township=township, overdue=overdue, viewer=viewer)
    return Answer(data, claim_text.claims(data))


@command(app, "show")
def show(number: Number, *, user: Viewing = None) -> Answer:
    """一件的全部情况，以及 --as 用户现在可办的事项。  One claim, and what the user named by --as may do now."""
    with reading(user) as (tx, viewer):
        data = claim_json(tx, number, viewer)
    return Answer(data, claim_text.claim(data))


@command(app, "history")
def history(number: Number, *, user: Viewing = None) -> Answer:
    """一件的办理经过（审计链）。  The claim's chain of events."""
    with reading(user) as (tx, viewer):
        data = history_json(tx, number, viewer)
    return Answer(data, claim_text.history(data))


@command(app, "explain")
def explain(number: Number, *, user: Viewing = None) -> Answer:
    """金额为何如此：逐步计算、依据条款、谁作的决定。  Why the amount is what it is, to the yuan."""
    with reading(user) as (tx, viewer):
        data = explanation_json(tx, number, viewer)
    return Answer(data, claim_text.explanation(data))

"""How a function becomes a command: it returns its answer, and here it is printed or its refusal reported."""

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from claims.errors import DatabaseNotReady
from claims.identity import people
from cli.options import Viewing
from cli.output import Answer, say, write
from cli.session import reading
from config.settings import BadSettings
from states.errors import Refusal
from states.stages import FILERS, PEOPLES_ROLES, Role

P = ParamSpec("P")
R = TypeVar("R")

ANYBODY: tuple[Role, ...] = ()
OFFICES = tuple(role for role in PEOPLES_ROLES if role not in FILERS)
MONEY = (Role.FINANCE, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
CONTROL = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Who may see what no single claim's rules tell."""

REFUSED = 1
NOT_READY = 3

Json = Annotated[bool, typer.Option("--json", help="只输出一份 JSON 文档  print one JSON document")]


def group(name: str, zh: str, en: str) -> typer.Typer:
    """A group of commands under one word."""
    return typer.Typer(name=name, help=f"{zh}  {en}", no_args_is_help=True, rich_markup_mode="rich")


def command(
    app: typer.Typer,
    name: str,
    *,
    allowed: tuple[Role, ...] | None = None,
    **given: Any,
) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Register a function that returns an `Answer`; the command it makes takes `--json` besides its own options.

    With `allowed` it also takes `--as USER` and is refused to users of other roles; for whoever may open the
    database and names nobody, there is nothing to refuse.
    """

    def register(function: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(function)
        def perform(ctx: typer.Context, *, as_json: bool, viewer: str | None = None, **options: Any) -> None:
            if viewer is not None:
                guarded(_require)(viewer, allowed or ())
            answer = guarded(function)(**options)  # type: ignore[call-arg]
            write(answer, as_json=as_json or bool(ctx.find_root().obj))
            if answer.status:
                raise typer.Exit(answer.status)

        perform.__signature__ = _extended(function, viewed=allowed is not None)  # type: ignore[attr-defined]
        app.command(name, **given)(perform)
        return function

    return register


def _require(user: str, roles: tuple[Role, ...]) -> None:
    with reading(user) as (_, viewer):
        if viewer is not None and roles:
            people.require_role(viewer, roles, "查看或办理此项", "see or do this")


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with refusals and an environment that is not ready told as messages and exit statuses."""

    @wraps(function)
    def perform(*args: P.args, **options: P.kwargs) -> R:
        try:
            return function(*args, **options)
        except Refusal as refusal:
            fail(refusal.code, refusal.message("zh"), refusal.message("en"))
            raise typer.Exit(REFUSED) from None
        except (DatabaseNotReady, BadSettings) as problem:
            fail(NAMES[type(problem)], problem.zh, problem.en)
            raise typer.Exit(NOT_READY) from None
        except BrokenPipeError:
            raise  # whoever read our output has gone: no fault of the environment
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            said = f"{where}{problem.strerror or problem}"
            fail("file_error", f"文件无法读写：{said}。", f"A file cannot be read or written: {said}.")
            raise typer.Exit(NOT_READY) from None

    return perform


NAMES: dict[type[Exception], str] = {DatabaseNotReady: "database_not_ready", BadSettings: "bad_settings"}


def batch_answer(data: Any, text: str, messages: list[str], done: int, refused: int) -> Answer:
    """A batch in which nothing at all could be done counts as refused; otherwise its report is the result."""
    if refused and not done:
        said = (
            "error[all_refused]: 全部未通过，未写入任何内容；原因逐项列明。",
            "All were refused, for the reasons given one by one.",
        )
        return Answer(data, text, (*said, *messages), REFUSED)
    return Answer(data, text, tuple(messages))


def fail(code: str, zh: str, en: str) -> None:
    """An error as scripts find it (`error[code]: …`), in Chinese and below it in English."""
    say(f"error[{code}]: {zh}", en)


def _extended(function: Callable[..., Any], *, viewed: bool) -> inspect.Signature:
    """The function's own parameters with those that every command has."""
    signature = inspect.signature(function, eval_str=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [inspect.Parameter("as_json", keyword, default=False, annotation=Json)]
    if viewed:
        added.insert(0, inspect.Parameter("viewer", keyword, default=None, annotation=Viewing))
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    return signature.replace(
        parameters=[context, *signature.parameters.values(), *added],
        return_annotation=None,
    )


def speak_utf8() -> None:
    """Standard output and error in UTF-8 whatever the locale says: what we print is Chinese."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")

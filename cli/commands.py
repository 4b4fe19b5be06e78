"""How a function becomes a command: it returns its answer, and here it is printed or its refusal reported."""

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from claims.errors import DatabaseNotReady
from cli.output import Answer, say, write
from config.settings import BadSettings
from states.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = 1
NOT_READY = 3

Json = Annotated[bool, typer.Option("--json", help="只输出一份 JSON 文档  print one JSON document")]


def group(name: str, zh: str, en: str) -> typer.Typer:
    """A group of commands under one word."""
    return typer.Typer(name=name, help=f"{zh}  {en}", no_args_is_help=True, rich_markup_mode="rich")


def command(
    app: typer.Typer, name: str, **given: Any
) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Register a function that returns an `Answer`; the command it makes takes `--json` besides its own options."""

    def register(function: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(function)
        def perform(ctx: typer.Context, *args: Any, as_json: bool, **options: Any) -> None:
            answer = guarded(function)(*args, **options)
            write(answer, as_json=as_json or bool(ctx.find_root().obj))
            if answer.status:
                raise typer.Exit(answer.status)

        perform.__signature__ = _with_json(function)  # type: ignore[attr-defined]
        app.command(name, **given)(perform)
        return function

    return register


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


def fail(code: str, zh: str, en: str) -> None:
    """An error as scripts find it (`error[code]: …`), in Chinese and below it in English."""
    say(f"error[{code}]: {zh}", en)


def _with_json(function: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(function, eval_str=True)
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    choice = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
    return signature.replace(
        parameters=[context, *signature.parameters.values(), choice],
        return_annotation=None,
    )


def speak_utf8() -> None:
    """Standard output and error in UTF-8 whatever the locale says: what we print is Chinese."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")

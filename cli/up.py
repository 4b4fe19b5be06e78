"""`jiangbu up` and the runner that it starts."""

import logging
import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from config.settings import load_settings

NOT_READY = 3


def up(
    *,
    demo: Annotated[
        bool,
        typer.Option(
            help="数据目录为空时放入演练年度  prepare a rehearsal year, if the data folder is empty"
        ),
    ] = False,
    host: Annotated[str, typer.Option(help="网页监听地址  address on which the web listens")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="网页端口  port on which the web listens", min=1, max=65535)
    ] = 8000,
) -> None:
    """一条命令运行全部；Ctrl-C 全部停止。  Everything under one command: web, Prefect server, schedules. Ctrl-C stops all of it."""
    from claims.desk import open_desk
    from flows.errors import CannotStart
    from flows.supervisor import Addresses, supervise

    settings = load_settings()
    hints: list[str] = []

    def prepare() -> None:
        if demo:
            from cli.demo import prepare_demo

            _say("正在准备演练数据…… Preparing the rehearsal year …")
            hints.extend(prepare_demo(settings))
        with open_desk(settings):
            pass  # a desk that cannot be opened is better refused now than by each child in its log
        _say("正在启动，约需十几秒…… Starting, this takes some ten to twenty seconds …")

    def announce(addresses: Addresses) -> None:
        _say(
            "",
            f"奖补工作台 Award desk   {addresses.desk}",
            f"流程运行 Prefect        {addresses.prefect}",
            f"运行日志 Logs           {addresses.logs}",
            *hints,
            "",
            "按 Ctrl-C 全部停止。 Ctrl-C stops all of it.",
        )

    try:
        supervise(settings, host=host, port=port, prepare=prepare, announce=announce, say=_say)
    except CannotStart as reason:
        _say(f"error[cannot_start]: {reason.zh}", reason.en)
        raise typer.Exit(NOT_READY) from None
    _say("已全部停止。 All stopped.")


def web(
    *,
    host: Annotated[str, typer.Option(help="网页监听地址  address on which the web listens")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="网页端口  port on which the web listens", min=1, max=65535)
    ] = 8000,
) -> None:
    """只运行网页（一般由 up 启动）。  The web alone; `jiangbu up` starts it itself."""
    from web.serve import main

    main(host, port)


def flows() -> None:
    """只运行日程（一般由 up 启动）。  The schedule alone; `jiangbu up` starts it itself."""
    from flows.environment import environment_alone, prefect_folder
    from flows.errors import CannotStart

    settings = load_settings()
    try:
        prepared = environment_alone(settings, os.environ)
    except CannotStart as reason:
        _say(f"error[cannot_start]: {reason.zh}", reason.en)
        raise typer.Exit(NOT_READY) from None
    if prepared is not None:
        # Prefect reads its environment once, as it is imported: this process begins anew in the right one.
        folder = prefect_folder(settings)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chdir(folder)
        os.execve(sys.executable, (sys.executable, "-P", "-m", "cli", "flows"), prepared)  # noqa: S606 - ourselves
    _serve(sole=settings.prefect_api_url is None)


def _serve(*, sole: bool) -> None:
    from flows.errors import CannotStart
    from flows.runner import serve

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("jiangbu").setLevel(logging.INFO)
    try:
        serve(sole=sole)
    except CannotStart as reason:
        _say(f"error[cannot_start]: {reason.zh}", reason.en)
        raise typer.Exit(NOT_READY) from None


def _say(*lines: str) -> None:
    """Messages go to standard error: standard output belongs to what programs read."""
    with suppress(OSError):  # a terminal that was closed is no reason for the desk to stop in disorder
        for line in lines:
            typer.echo(line, err=True)

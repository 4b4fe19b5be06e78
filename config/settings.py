"""Settings of the desk: environment variables with the prefix JIANGBU_, and nothing else."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from config.sign_in import SingleSignOn, UnfitError, single_sign_on, totp_roles
from states.calendar import TZ
from states.stages import Role

PREFIX = "JIANGBU_"
SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file name
SHORTEST_KEY = 16
UNDO_MINUTES = 10
LONGEST_HOLD = 240
"""Minutes. Letters say that a period runs from a decision: they must not lie a day."""
NO_QUIET_HOURS = "none"


@dataclass
class BadSettings(Exception):  # noqa: N818 - says what to do, not what broke
    """A setting that cannot be used: exit status 3 on the command line."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one evening to the next morning; days that are no working days are quiet all through."""

    begin: time
    end: time

    @classmethod
    def of(cls, text: str) -> "QuietHours | None":
        """Read from `20:00-08:30`; `none` is none. Raises `ValueError` also where no night lies between them."""
        if text.strip().lower() == NO_QUIET_HOURS:
            return None
        begin, end = (time.fromisoformat(each.strip()) for each in text.split("-"))
        if begin.tzinfo or end.tzinfo or begin <= end:
            raise ValueError(text)
        return cls(begin, end)

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


QUIET_HOURS = QuietHours(time(20), time(8, 30))


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` is the data folder. Secrets do not show where the settings are printed.

    `papers`: letters are put on paper; nobody reads those of a simulated county, so there they are not.
    `flood_limit`: how many letters of a kind may leave in an hour; None: by the number of claims.
    """

    home: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    prefect_api_url: str | None = None
    public_url: str | None = None
    now: datetime | None = None
    undo_minutes: int = UNDO_MINUTES
    papers: bool = True
    totp_roles: frozenset[Role] = frozenset()
    single_sign_on: SingleSignOn | None = None
    hook_url: str | None = field(default=None, repr=False)
    hook_secret: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    quiet_hours: QuietHours | None = QUIET_HOURS
    flood_limit: int | None = None

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which letters that can wait do so. Where time stands still they would wait for ever."""
        return None if self.now else self.quiet_hours

    @property
    def hold(self) -> timedelta:
        """How long the letters of a decision made on a page wait, so that it can be undone.

        Where time stands still nothing is held, or its letters would never leave.
        """
        return timedelta(minutes=0 if self.now else self.undo_minutes)

    @property
    def evidence_folder(self) -> Path:
        return self.home / "evidence"

    @property
    def fonts_folder(self) -> Path:
        """Where the county may keep fonts of its own for letters on paper."""
        return self.home / "fonts"

    @property
    def workdays_folder(self) -> Path:
        """Where the county may keep workday tables of its own, as `2027.yaml`."""
        return self.home / "workdays"

    @property
    def wording_folder(self) -> Path:
        """Where the county writes the wording of its letters, as `receipt.jinja`, before it puts it into use."""
        return self.home / "wording"

    @property
    def reports_folder(self) -> Path:
        return self.home / "reports"

    @property
    def backup_folder(self) -> Path:
        return self.home / "backups"


def county_workdays_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where the county's own workday tables are, for who has no desk open; nothing is made."""
    given = os.environ if environment is None else environment
    return Path(given.get(f"{PREFIX}HOME") or "var") / "workdays"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Makes the data folder and, unless it is given, the secret key in it.

    Raises `BadSettings` with what to write instead.
    """
    given = os.environ if environment is None else environment
    values = {
        name.removeprefix(PREFIX): value for name, value in given.items() if name.startswith(PREFIX) and value
    }
    home = Path(values.get("HOME", "var"))
    try:
        second_factor_for, provider = totp_roles(values.get("TOTP_ROLES")), single_sign_on(values)
    except UnfitError as error:
        raise BadSettings(error.zh, error.en) from error
    return Settings(
        home=home,
        database_url=values.get("DATABASE_URL") or f"sqlite:///{home.absolute() / 'jiangbu.db'}",
        secret_key=_secret_key(values.get("SECRET_KEY"), home),
        smtp_url=values.get("SMTP_URL"),
        prefect_api_url=values.get("PREFECT_API_URL"),
        public_url=_public_url(values.get("PUBLIC_URL")),
        now=_moment(values.get("NOW")),
        undo_minutes=_minutes(values.get("UNDO_MINUTES", str(UNDO_MINUTES))),
        totp_roles=second_factor_for,
        single_sign_on=provider,
        hook_url=_hook(values.get("HOOK_URL"), values.get("HOOK_SECRET")),
        hook_secret=values.get("HOOK_SECRET"),
        ca_file=Path(values["CA_FILE"]) if "CA_FILE" in values else None,
        quiet_hours=_quiet_hours(values.get("QUIET_HOURS", str(QUIET_HOURS))),
        flood_limit=_limit(values.get("FLOOD_LIMIT")),
    )


def _secret_key(given: str | None, home: Path) -> str:
    if given is not None:
        if len(given) < SHORTEST_KEY:
            raise BadSettings(
                f"JIANGBU_SECRET_KEY 过短，至少 {SHORTEST_KEY} 个字符。",
                f"JIANGBU_SECRET_KEY is too short; give at least {SHORTEST_KEY} characters.",
            )
        return given
    path = home / SECRET_KEY_FILE
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written beside and linked into place: of two first starts at once, one key wins and none is read half.
        if not path.exists():
            _make_key(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadSettings(
            f"数据目录 {home} 不可写：{error.strerror}。请检查 JIANGBU_HOME。",
            f"The data folder {home} cannot be used: {error.strerror}. Check JIANGBU_HOME.",
        ) from error


def _make_key(path: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # only the owner reads it
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(48)}\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _public_url(text: str | None) -> str | None:
    """Where the public finds the desk, as letters name it; without the slash at its end."""
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise BadSettings(
            f"JIANGBU_PUBLIC_URL 须为公众访问本平台的网址，例如 https://jiangbu.example.org，现为：{text}。",
            f"JIANGBU_PUBLIC_URL must be the address at which the public finds the desk, as https://jiangbu.example.org, not: {text}.",
        )
    return text.rstrip("/")


def _minutes(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= LONGEST_HOLD:
        return int(text)
    raise BadSettings(
        f"JIANGBU_UNDO_MINUTES 须为 0 至 {LONGEST_HOLD} 的整数分钟，现为：{text}。",
        f"JIANGBU_UNDO_MINUTES must be whole minutes from 0 to {LONGEST_HOLD}, not: {text}.",
    )


def _hook(url: str | None, secret: str | None) -> str | None:
    """Letters name people: they go over TLS, or not beyond this machine, and never without a signature."""
    if url is None:
        return None
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
    ):
        raise BadSettings(
            "JIANGBU_HOOK_URL 须为 https 地址（仅本机可用 http），例如 https://messages.example.org/jiangbu。",
            "JIANGBU_HOOK_URL must be an https address (http on this machine only), as https://messages.example.org/jiangbu.",
        )
    if secret is None or len(secret) < SHORTEST_KEY:
        raise BadSettings(
            f"设置 JIANGBU_HOOK_URL 时须同时设置 JIANGBU_HOOK_SECRET，至少 {SHORTEST_KEY} 个字符。",
            f"With JIANGBU_HOOK_URL goes JIANGBU_HOOK_SECRET, of {SHORTEST_KEY} characters at least.",
        )
    return url


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _quiet_hours(text: str) -> QuietHours | None:
    try:
        return QuietHours.of(text)
    except ValueError as error:
        raise BadSettings(
            f"JIANGBU_QUIET_HOURS 须写作 20:00-08:30（当晚至次晨）或 none，现为：{text}。",
            f"JIANGBU_QUIET_HOURS must read 20:00-08:30 (evening to morning) or none, not: {text}.",
        ) from error


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and int(text):
        return int(text)
    raise BadSettings(
        f"JIANGBU_FLOOD_LIMIT 须为正整数（每类函件每小时封数），现为：{text}。",
        f"JIANGBU_FLOOD_LIMIT must be a whole number of letters of a kind and hour, not: {text}.",
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSettings(
            f"JIANGBU_NOW 不是 ISO 时间：{text}；例如 2026-05-08T09:00:00+08:00。",
            f"JIANGBU_NOW is no ISO time: {text}; write for example 2026-05-08T09:00:00+08:00.",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=TZ)

"""The settings as an administrator may read them: what each is for, its value, and where the value comes from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from config.settings import NO_QUIET_HOURS, PREFIX, SECRET_KEY_FILE, Settings


class Source(StrEnum):
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Described:
    """One setting. `value` is empty where nothing is set; secrets and passwords are never in it."""

    name: str
    zh: str
    en: str
    value: str
    source: Source


def described(settings: Settings, environment: Mapping[str, str] | None = None) -> tuple[Described, ...]:
    """All settings, in the order in which one would look for them."""
    given = os.environ if environment is None else environment
    key_file, provider = settings.home / SECRET_KEY_FILE, settings.single_sign_on
    rows = (
        ("HOME", "数据目录", "data folder", str(settings.home)),
        ("DATABASE_URL", "数据库", "database", _without_password(settings.database_url)),
        ("SECRET_KEY", "签名与加密密钥（不显示）", "key for signing and sealing (not shown)", ""),
        ("SMTP_URL", "发信服务器", "mail server", _without_password(settings.smtp_url or "")),
        ("HOOK_URL", "消息平台接口", "message platform", _without_password(settings.hook_url or "")),
        ("HOOK_SECRET", "消息平台签名密钥（不显示）", "key of the message platform (not shown)", ""),
        ("CA_FILE", "另行信任的证书机构", "certificate authority of our own", str(settings.ca_file or "")),
        (
            "QUIET_HOURS",
            "静默时段（非工作日全天）",
            "quiet hours (and all days off)",
            str(settings.quiet_hours or NO_QUIET_HOURS),
        ),
        ("FLOOD_LIMIT", "每类函件每小时上限", "letters of a kind an hour", str(settings.flood_limit or "")),
        ("PUBLIC_URL", "公众访问地址", "address for the public", settings.public_url or ""),
        ("PREFECT_API_URL", "已有的 Prefect 接口", "existing Prefect API", settings.prefect_api_url or ""),
        ("UNDO_MINUTES", "办理后可撤销的分钟数", "minutes to undo a decision", str(settings.undo_minutes)),
        (
            "TOTP_ROLES",
            "须用两步验证的角色",
            "roles that need a second factor",
            ", ".join(sorted(settings.totp_roles)),
        ),
        ("OIDC_ISSUER", "统一登录提供方", "provider of single sign-on", provider.issuer if provider else ""),
        (
            "OIDC_CLIENT_ID",
            "统一登录客户端",
            "client at the provider",
            provider.client_id if provider else "",
        ),
        ("OIDC_CLIENT_SECRET", "统一登录密钥（不显示）", "secret of the client (not shown)", ""),
        ("OIDC_LABEL", "统一登录名称", "name of the provider", provider.label if provider else ""),
        ("NOW", "演练时间", "time of the rehearsal", settings.now.isoformat() if settings.now else ""),
    )
    return tuple(
        Described(
            PREFIX + name,
            zh,
            en,
            str(key_file) if name == "SECRET_KEY" and source is Source.FILE else value,
            source,
        )
        for name, zh, en, value in rows
        for source in (_source(name, given),)
    )


def _source(name: str, given: Mapping[str, str]) -> Source:
    if given.get(PREFIX + name):
        return Source.ENVIRONMENT
    return Source.FILE if name == "SECRET_KEY" else Source.DEFAULT


def _without_password(url: str) -> str:
    """The address with who signs in, never with which password, nor with what else may stand behind the host."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{user}{parts.hostname}{port}{parts.path}"

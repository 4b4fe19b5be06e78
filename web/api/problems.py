"""What stands against a request, as RFC 9457 has it: `application/problem+json` with the command line's stable codes."""

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from claims.errors import DatabaseNotReady
from states.errors import Refusal
from web.i18n import Lang
from web.wording import Words

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
"""Where a problem's type leads: a page that says what its code means."""

_TITLES = MappingProxyType(
    {
        400: ("请求无法读取", "The request cannot be read"),
        401: ("需要有效的访问令牌", "A valid token is needed"),
        403: ("无权办理", "Not allowed"),
        404: ("没有此项，或无权查看", "Not there, or not for this caller to see"),
        405: ("此地址不支持该方法", "The address does not take this method"),
        409: ("与当前状态不符", "In conflict with how things stand"),
        413: ("请求内容过大", "The request is too large"),
        422: ("内容不合要求", "The content does not meet what is asked"),
        500: ("系统出现故障", "Something broke"),
        503: ("系统尚未就绪", "The desk is not ready"),
    },
)
CODES = MappingProxyType(
    {
        400: "unreadable_request",
        401: "not_signed_in",
        404: "not_found",
        405: "method_not_allowed",
        413: "request_too_large",
        422: "invalid_request",
        500: "internal_error",
        503: "database_not_ready",
    },
)
"""The codes of what is no refusal of a rule."""

_DETAILS = MappingProxyType(
    {
        401: (
            "请在 Authorization 请求头中附上 Bearer 令牌；令牌由管理员用 jiangbu user token 生成。",
            "Send a bearer token in the Authorization header; an administrator makes one with jiangbu user token.",
        ),
        404: ("请核对网址和编号。", "Check the address and the number in it."),
        405: (
            "请按接口说明（/api/v1/openapi.json）使用。",
            "See the description at /api/v1/openapi.json.",
        ),
        413: (
            "每份材料不超过 20 MB，其他请求不超过 256 KB。",
            "A paper may have 20 MB, any other request 256 KB.",
        ),
        422: ("下列内容不合要求，未作任何更改。", "What is listed below does not fit; nothing was changed."),
        500: (
            "未作任何更改，请稍后以同一幂等键重试；如仍如此，请告诉管理员发生的时间。",
            "Nothing was changed; try again later with the same key. If it stays so, tell the administrator when.",
        ),
    },
)
_WORDING = frozenset({"zh_detail", "en_detail", "what", "what_en"})
"""Facts of refusals that are wording and stand in the detail already."""
_COMMANDS = "claim|cycle|notice|objection|org|payout|policy|resolution|user"
_LOOK_THERE = re.compile(rf"[；;] ?(?:用|see|plan it with) (?:{_COMMANDS}) [^。.]+")
"""What is unknown is told with the command that lists what there is; programs have the list's address."""


def problem(
    status: int,
    lang: Lang,
    *,
    code: str | None = None,
    detail: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A problem's members. The facts stand beside the members that RFC 9457 names, and never in their place."""
    words = Words(lang)
    code = code or CODES.get(status, CODES[400])
    return {
        **(facts or {}),
        "type": f"{TYPES}{code}",
        "title": words.pick(_TITLES.get(status, _TITLES[400])),
        "status": status,
        "detail": words.pick(_DETAILS.get(status, _TITLES.get(status, _TITLES[400])))
        if detail is None
        else detail,
        "code": code,
    }


def of_refusal(refusal: Refusal, lang: Lang) -> dict[str, Any]:
    facts = {name: _plain(value) for name, value in refusal.facts().items() if name not in _WORDING}
    detail = _LOOK_THERE.sub("", Words(lang).refusal(refusal))
    return problem(refusal.status, lang, code=refusal.code, detail=detail, facts=facts)


def of_environment(error: DatabaseNotReady, lang: Lang) -> dict[str, Any]:
    return problem(503, lang, detail=Words(lang).t(error.zh, error.en))


def of_invalid(error: RequestValidationError, lang: Lang) -> dict[str, Any]:
    """What in a request does not fit its description. What cannot stand in an address is not there: 404."""
    found = error.errors()
    if any(each["loc"][0] == "path" for each in found):
        return problem(404, lang)
    errors = [
        {
            "in": each["loc"][0],
            "pointer": "".join(f"/{part}" for part in each["loc"][1:]),
            "code": each["type"],
            "detail": _what_is_wrong(each, lang),
        }
        for each in found
    ]
    return problem(422, lang, facts={"errors": errors})


def answer(content: Mapping[str, Any], lang: Lang, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        content,
        content["status"],
        {"Content-Language": "zh-CN" if lang == "zh" else "en", **(headers or {})},
        MEDIA_TYPE,
    )


def known_codes() -> dict[str, tuple[int, tuple[str, str]]]:
    """Every code there is: its status, and its sentence in both languages, names of facts in braces."""
    others = {code: (status, _DETAILS.get(status, _TITLES[status])) for status, code in CODES.items()}
    return dict(sorted((others | {each.code: (each.status, (each.zh, each.en)) for each in _all()}).items()))


def _all() -> list[type[Refusal]]:
    found, waiting = [], [Refusal]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        found += kinds
        waiting += kinds
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


_CHINESE = MappingProxyType(
    {
        "missing": "缺少此项",
        "extra_forbidden": "没有这一项，请删去",
        "json_invalid": "不是合法的 JSON",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "string_type": "应为文字",
        "string_too_long": "不超过 {max_length} 个字符",
        "string_too_short": "不少于 {min_length} 个字符",
        "string_pattern_mismatch": "含有不能使用的字符或格式不对",
        "list_type": "应为数组",
        "too_long": "不超过 {max_length} 项",
        "too_short": "不少于 {min_length} 项",
        "enum": "应为 {expected} 之一",
        "literal_error": "应为 {expected} 之一",
        "greater_than_equal": "不小于 {ge}",
        "less_than_equal": "不大于 {le}",
        "date_type": "应为日期，如 2025-05-08",
        "date_parsing": "应为日期，如 2025-05-08",
        "date_from_datetime_parsing": "应为日期，如 2025-05-08",
        "model_attributes_type": "应为 JSON 对象",
        "dict_type": "应为 JSON 对象",
    },
)


def _what_is_wrong(error: Mapping[str, Any], lang: Lang) -> str:
    if lang == "en":
        return f"{error['msg']}."
    sentence = _CHINESE.get(error["type"], "内容不合要求")
    return f"{sentence.format_map(error.get('ctx', {}))}。"

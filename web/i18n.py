"""Which language a page is in. Chinese first; the switch sets a cookie, so the choice holds from page to page.

Both sentences stand side by side where they are used, `t("已保存", "Saved")`, as everywhere in this house: a
translation cannot be missing, and whoever changes one sees the other.
"""

from typing import Literal

from starlette.requests import Request

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
COOKIE = "lang"
PARAMETER = "lang"


def language(request: Request) -> Lang:
    """What the address asks for, else what was chosen before, else Chinese."""
    for asked in (request.query_params.get(PARAMETER), request.cookies.get(COOKIE)):
        for known in LANGUAGES:
            if asked == known:
                return known
    return "zh"


def other(lang: Lang) -> Lang:
    return "en" if lang == "zh" else "zh"


def switch_url(request: Request, lang: Lang) -> str:
    """The address of this page in another language; of the desk's front page where this one answered a form."""
    if request.method != "GET":
        return f"/?{PARAMETER}={lang}"
    url = request.url.include_query_params(**{PARAMETER: lang})
    return f"{url.path}?{url.query}"

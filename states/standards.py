"""Standards' numbers: one spelling for all ways of writing them, and the level that a number tells.

Dashes, widths, spaces and case mean nothing: `ＧＢ／Ｔ２０５５６—2006` and `gb/t 20556-2006` are one number.

A regional standard of Ningbo and Zhoushan (甬舟区域标准) has no prefix of its own: two cities that publish a
standard together give it a number each. So it is known by both numbers standing together; one of them alone is
that city's local standard.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from states.policy import Basis, Level, Policy

ZHEJIANG, NINGBO, ZHOUSHAN = "33", "3302", "3309"
PINZIBIAO = "ZZB"

_CODES = """
AQ BB CB CC CH CJ CJJ CY DA DB DL DY DZ EJ FZ GA GC GD GH GM GY HB HC HG HJ HS HY JB JC JG JGJ JR JT JTG JTS JY KA
LB LD LS LY MH MT MZ NB NY QB QC QJ QX RB RF SB SC SF SH SJ SL SN SW SY TB TD TY WB WH WJ WM WS WW XB XF YB YC YD
YJ YS YY YZ ZC ZY
"""
INDUSTRY_CODES = frozenset(_CODES.split())
"""The codes under which ministries publish, those of construction (CJJ, JGJ, JTG, JTS) among them."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A number in its one spelling, the level it tells, and why. Not `dated`: it lacks the year of its edition."""

    number: str
    level: Level
    reason: str
    reason_en: str
    dated: bool = True


def identify(text: str) -> Identified:
    """Read a number as it stands in a sheet. What is no standard's number has level `UNKNOWN` and is only tidied."""
    tidy = _tidied(text)
    return _single(tidy) or _joint(tidy) or Identified(tidy, Level.UNKNOWN, *_UNKNOWN)


def items_for(policy: Policy, identified: Identified) -> tuple[str, ...]:
    """The codes of the items paid for standards of this level, in the policy's order."""
    return tuple(
        item.code
        for item in policy.items.values()
        if item.basis is Basis.STANDARD and item.standard_level is identified.level
    )


def series_of(number: str) -> str | None:
    """What the parts of a series share: DB33/T 565 for DB33/T 565.1-2013; None for a standard that is no part."""
    level = identify(number).level
    if level in {Level.UNKNOWN, Level.ENTERPRISE, Level.YONGZHOU_REGIONAL}:
        return None
    dash = r"-\d{1,3}" if level is Level.INTERNATIONAL else r"\.\d+"
    found = re.fullmatch(rf"(?P<series>.*? \D*\d+)(?:{dash})+(?:[:-]\d+)?", number)
    return found["series"] if found else None


_DASHES = re.compile(r"[‐‑‒–—―−─-]")
_SEVERAL_DASHES = re.compile(r"-{2,}")
_SLASHES = re.compile(r"[\\∕⁄]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SPACED_SIGNS = re.compile(r" ?([-/.:]) ?")


def _tidied(text: str) -> str:
    """Width, case, dashes, slashes and spaces written one way."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()
    text = _SLASHES.sub("/", _DASHES.sub("-", text))
    return _SEVERAL_DASHES.sub("-", _SPACED_SIGNS.sub(r"\1", " ".join(text.split())))


# The families of numbers, and what is read from a number of each

_T = r"(?:[/ ]?(?P<t>T) ?|[/ ] ?)"
_BODY = r"(?P<body>\d+(?:\.\d+)*)(?:-(?P<year>\d{4}|\d{2}))?"
_LOCAL = re.compile(rf"DB ?(?P<region>\d{{2}}|\d{{4}}|\d{{6}}){_T}{_BODY}")
_NATIONAL = re.compile(rf"GB{_T}?{_BODY}")
_INDUSTRY = re.compile(rf"(?P<code>[A-Z]{{2,3}}?){_T}?{_BODY}")
_GROUP = re.compile(
    r"T/(?P<code>[A-Z]+(?:-[A-Z]+)*)[- ]?(?P<letters>[A-Z]*) ?(?P<body>\d+(?:\.\d+)*)(?:-(?P<year>\d{4}))?"
)
_INTERNATIONAL = re.compile(
    r"(?P<publishers>(?:ISO|IEC)(?:/(?:ISO|IEC|IEEE))*)(?:[/ ](?P<kind>TS|TR|PAS|GUIDE))? ?"
    r"(?P<body>\d+(?:-\d{1,3})*)(?:[:-](?P<year>\d{4}))?"
)
_ITU = re.compile(
    r"ITU[- ](?P<sector>[TRD])[. ]?(?P<body>[A-Z]{1,4}\.\d+(?:\.\d+)*(?:-\d{1,3})?)"
    r"(?:(?: ?\(|[:-])(?P<year>(?:\d{1,2}/)?\d{4})\)?)?"
)
# An enterprise numbers as it likes: no year is looked for.
_ENTERPRISE = re.compile(r"(?P<body>Q/.+)(?P<year>)")

_UNKNOWN = (
    "不是可识别的标准编号；请按标准封面填写完整编号，如 GB/T 20556-2006",
    "no standard's number is recognised; copy it in full from the cover, like GB/T 20556-2006",
)
_REGIONS = {
    ZHEJIANG: (Level.ZHEJIANG_LOCAL, "为浙江省地方标准", "is a local standard of Zhejiang"),
    ZHOUSHAN: (Level.ZHOUSHAN_LOCAL, "为舟山市地方标准", "is a local standard of Zhoushan"),
}
_ELSEWHERE = (
    Level.OTHER_REGION,
    "为其他地区的地方标准，清单未列",
    "is a local standard of another region, which the lists do not pay",
)
_NINGBO_AND_ZHOUSHAN = (
    "宁波、舟山两市编号并列，为甬舟区域标准",
    "numbers of Ningbo and Zhoushan together are a regional standard of the two cities",
)
_OTHERS_TOGETHER = (
    "多地编号并列，不是甬舟区域标准，清单未列",
    "a joint standard of other regions than Ningbo and Zhoushan, which the lists do not pay",
)
_OWN_OF_AN_ENTERPRISE = (
    "Q/ 为企业标准；清单不按编号补助，企业标准“领跑者”以名单为准",
    "Q/ is an enterprise's own standard, which no item pays by its number; 领跑者 goes by the assessor's list",
)
_ISO_IEC_ITU = ("ISO、IEC、ITU 为国际标准", "ISO, IEC and ITU are international standards")

_Reading = tuple[str, Level, str, str]
"""The number in its one spelling, its level, and the reason in Chinese and in English."""


def _single(text: str) -> Identified | None:
    for pattern, read in _FAMILIES:
        found = pattern.fullmatch(text)
        reading = read(found) if found else None
        if found and reading:
            return Identified(*reading, dated=found["year"] is not None)
    return None


def _joint(text: str) -> Identified | None:
    """Several local numbers side by side, of which each must be one."""
    parts = [part for part in re.split(r"[;,、+&/ ]*(?=DB ?\d{2})", text) if part]
    read = [found for found in map(_single, parts) if found is not None and found.number.startswith("DB")]
    if not 1 < len(parts) == len(read):
        return None
    number, dated = "、".join(sorted(each.number for each in read)), all(each.dated for each in read)
    if {each.number.partition("/")[0] for each in read} == {f"DB{NINGBO}", f"DB{ZHOUSHAN}"}:
        level, reason = Level.YONGZHOU_REGIONAL, _NINGBO_AND_ZHOUSHAN
    else:
        level, reason = Level.OTHER_REGION, _OTHERS_TOGETHER
    return Identified(number, level, *reason, dated)


def _written(prefix: str, found: re.Match[str], mark: str = "-") -> str:
    return f"{prefix} {found['body']}" + (f"{mark}{found['year']}" if found["year"] else "")


def _national(found: re.Match[str]) -> _Reading:
    number = _written("GB/T" if found["t"] else "GB", found)
    return number, Level.NATIONAL, "GB、GB/T 为国家标准", "GB and GB/T are national standards"


def _industry(found: re.Match[str]) -> _Reading | None:
    code = found["code"]
    if code not in INDUSTRY_CODES:
        return None
    number = _written(f"{code}/T" if found["t"] else code, found)
    return number, Level.INDUSTRY, f"{code} 为行业标准代号", f"{code} is the code of an industry's standards"


def _local(found: re.Match[str]) -> _Reading:
    code = f"DB{found['region']}"
    # Older numbers carry the six digits of the region: 330900 is Zhoushan too.
    level, zh, en = _REGIONS.get(re.sub("(00){1,2}$", "", found["region"]), _ELSEWHERE)
    return _written(f"{code}/T" if found["t"] else f"{code}/", found), level, f"{code} {zh}", f"{code} {en}"


def _group(found: re.Match[str]) -> _Reading:
    code = found["code"]
    number = _written(f"T/{code}", found).replace(" ", f" {found['letters']}", 1)
    if code == PINZIBIAO:
        return number, Level.PINZIBIAO, "T/ZZB 为“品字标”标准", "T/ZZB is a standard of the mark 品字标"
    return number, Level.GROUP, f"T/{code} 为团体标准", f"T/{code} is a standard of an association"


def _international(found: re.Match[str]) -> _Reading:
    prefix = found["publishers"]
    if found["kind"]:
        prefix += (" " if "/" in prefix else "/") + found["kind"]
    return _written(prefix, found, ":"), Level.INTERNATIONAL, *_ISO_IEC_ITU


def _itu(found: re.Match[str]) -> _Reading:
    edition = f" ({found['year']})" if found["year"] else ""
    return f"ITU-{found['sector']} {found['body']}{edition}", Level.INTERNATIONAL, *_ISO_IEC_ITU


def _enterprise(found: re.Match[str]) -> _Reading:
    return found["body"], Level.ENTERPRISE, *_OWN_OF_AN_ENTERPRISE


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Reading | None]], ...] = (
    (_LOCAL, _local),
    (_NATIONAL, _national),
    (_INDUSTRY, _industry),
    (_GROUP, _group),
    (_INTERNATIONAL, _international),
    (_ITU, _itu),
    (_ENTERPRISE, _enterprise),
)
"""In the order in which they are tried: DB33 is a place before DB is the code of an industry."""

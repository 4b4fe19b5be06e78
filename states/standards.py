"""Standards' numbers: one spelling for all ways of writing them, and the level that a number tells.

Dashes, widths, spaces and case mean nothing: `ＧＢ／Ｔ２０５５６—2006` and `gb/t 20556-2006` are one number.

A regional standard of Ningbo and Zhoushan (甬舟区域标准) has no prefix of its own: two cities that publish a
standard together give it a number each. So it is known by both numbers standing together; one of them alone is
that city's local standard.
"""

import re
import unicodedata
from dataclasses import dataclass

from states.policy import Basis, Level, Policy

ZHEJIANG, NINGBO, ZHOUSHAN = "33", "3302", "3309"
PINZIBIAO = "ZZB"

INDUSTRY_CODES = frozenset(
    [
        "AQ",
        "BB",
        "CB",
        "CC",
        "CH",
        "CJ",
        "CJJ",
        "CY",
        "DA",
        "DB",
        "DL",
        "DY",
        "DZ",
        "EJ",
        "FZ",
        "GA",
        "GC",
        "GD",
        "GH",
        "GM",
        "GY",
        "HB",
        "HC",
        "HG",
        "HJ",
        "HS",
        "HY",
        "JB",
        "JC",
        "JG",
        "JGJ",
        "JR",
        "JT",
        "JTG",
        "JTS",
        "JY",
        "KA",
        "LB",
        "LD",
        "LS",
        "LY",
        "MH",
        "MT",
        "MZ",
        "NB",
        "NY",
        "QB",
        "QC",
        "QJ",
        "QX",
        "RB",
        "RF",
        "SB",
        "SC",
        "SF",
        "SH",
        "SJ",
        "SL",
        "SN",
        "SW",
        "SY",
        "TB",
        "TD",
        "TY",
        "WB",
        "WH",
        "WJ",
        "WM",
        "WS",
        "WW",
        "XB",
        "XF",
        "YB",
        "YC",
        "YD",
        "YJ",
        "YS",
        "YY",
        "YZ",
        "ZC",
        "ZY",
    ],
)
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
    for read in (_joint, _local, _national, _industry, _group, _international, _itu, _enterprise):
        found = read(tidy)
        if found is not None:
            return found
    return Identified(
        tidy,
        Level.UNKNOWN,
        "不是可识别的标准编号；请按标准封面填写完整编号，如 GB/T 20556-2006",
        "no standard's number is recognised; copy it in full from the cover, like GB/T 20556-2006",
    )


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


# Readers of one family of numbers each: the number, or None where it is none of theirs

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
    r"(?: ?\((?P<edition>(?:\d{1,2}/)?\d{4})\)|[:-](?P<year>\d{4}))?"
)
_ENTERPRISE = re.compile(r"Q/.+")


def _written(prefix: str, found: re.Match[str], mark: str = "-") -> str:
    return f"{prefix} {found['body']}" + (f"{mark}{found['year']}" if found["year"] else "")


def _national(text: str) -> Identified | None:
    found = _NATIONAL.fullmatch(text)
    if found is None:
        return None
    number = _written("GB/T" if found["t"] else "GB", found)
    return Identified(
        number,
        Level.NATIONAL,
        "GB、GB/T 为国家标准",
        "GB and GB/T are national standards",
        bool(found["year"]),
    )


def _industry(text: str) -> Identified | None:
    found = _INDUSTRY.fullmatch(text)
    if found is None or found["code"] not in INDUSTRY_CODES:
        return None
    code = found["code"]
    return Identified(
        _written(f"{code}/T" if found["t"] else code, found),
        Level.INDUSTRY,
        f"{code} 为行业标准代号",
        f"{code} is the code of an industry's standards",
        bool(found["year"]),
    )


def _local(text: str) -> Identified | None:
    found = _LOCAL.fullmatch(text)
    if found is None:
        return None
    code = f"DB{found['region']}"
    # Older numbers carry the six digits of the region: 330900 is Zhoushan too.
    region = re.sub("(00){1,2}$", "", found["region"])
    level, zh, en = {
        ZHEJIANG: (
            Level.ZHEJIANG_LOCAL,
            f"{code} 为浙江省地方标准",
            f"{code} is a local standard of Zhejiang",
        ),
        ZHOUSHAN: (
            Level.ZHOUSHAN_LOCAL,
            f"{code} 为舟山市地方标准",
            f"{code} is a local standard of Zhoushan",
        ),
    }.get(
        region,
        (
            Level.OTHER_REGION,
            f"{code} 为其他地区的地方标准，清单未列",
            f"{code} is a local standard of another region, which the lists do not pay",
        ),
    )
    number = _written(f"{code}/T" if found["t"] else f"{code}/", found)
    return Identified(number, level, zh, en, bool(found["year"]))


def _joint(text: str) -> Identified | None:
    """Several local numbers side by side, of which each must be one."""
    parts = [part for part in re.split(r"[;,、+&/ ]*(?=DB ?\d{2})", text) if part]
    read = [_local(part) for part in parts]
    numbers = sorted(each.number for each in read if each is not None)
    if len(parts) < 2 or len(numbers) < len(parts):  # noqa: PLR2004 - one number is not a joint one
        return None
    written, dated = "、".join(numbers), all(each.dated for each in read if each is not None)
    regions = {number.partition("/")[0] for number in numbers}
    if regions == {f"DB{NINGBO}", f"DB{ZHOUSHAN}"}:
        return Identified(
            written,
            Level.YONGZHOU_REGIONAL,
            "宁波、舟山两市编号并列，为甬舟区域标准",
            "numbers of Ningbo and Zhoushan together are a regional standard of the two cities",
            dated,
        )
    return Identified(
        written,
        Level.OTHER_REGION,
        "多地编号并列，不是甬舟区域标准，清单未列",
        "a joint standard of other regions than Ningbo and Zhoushan, which the lists do not pay",
        dated,
    )


def _group(text: str) -> Identified | None:
    found = _GROUP.fullmatch(text)
    if found is None:
        return None
    code = found["code"]
    number = _written(f"T/{code}", found).replace(" ", f" {found['letters']}", 1)
    if code == PINZIBIAO:
        level, zh, en = Level.PINZIBIAO, "T/ZZB 为“品字标”标准", "T/ZZB is a standard of the mark 品字标"
    else:
        level, zh, en = Level.GROUP, f"T/{code} 为团体标准", f"T/{code} is a standard of an association"
    return Identified(number, level, zh, en, bool(found["year"]))


def _international(text: str) -> Identified | None:
    found = _INTERNATIONAL.fullmatch(text)
    if found is None:
        return None
    publishers, kind = found["publishers"], found["kind"]
    joined = " " if "/" in publishers else "/"
    prefix = f"{publishers}{joined}{kind}" if kind else publishers
    return Identified(
        _written(prefix, found, ":"),
        Level.INTERNATIONAL,
        "ISO、IEC、ITU 为国际标准",
        "ISO, IEC and ITU are international standards",
        bool(found["year"]),
    )


def _itu(text: str) -> Identified | None:
    found = _ITU.fullmatch(text)
    if found is None:
        return None
    edition = found["edition"] or found["year"]
    return Identified(
        f"ITU-{found['sector']} {found['body']}" + (f" ({edition})" if edition else ""),
        Level.INTERNATIONAL,
        "ISO、IEC、ITU 为国际标准",
        "ISO, IEC and ITU are international standards",
        bool(edition),
    )


def _enterprise(text: str) -> Identified | None:
    if not _ENTERPRISE.fullmatch(text):
        return None
    return Identified(
        text,
        Level.ENTERPRISE,
        "Q/ 为企业标准；清单不按编号补助，企业标准“领跑者”以名单为准",
        "Q/ is an enterprise's own standard, which no item pays by its number; 领跑者 goes by the assessor's list",
    )

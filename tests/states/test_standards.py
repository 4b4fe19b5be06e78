"""Standards' numbers: the level that each tells, however it is written. The numbers are those of real standards."""

import pytest
from domain_world import POLICY
from hypothesis import given
from hypothesis import strategies as st

from states.policy import Level
from states.standards import identify, items_for, series_of

REAL = [
    ("DB3309/T 112-2024", Level.ZHOUSHAN_LOCAL, ("lead-zhoushan-local",)),
    ("T/SSYB 002-2021", Level.GROUP, ("lead-group",)),
    ("DB3309/T 102-2023", Level.ZHOUSHAN_LOCAL, ("lead-zhoushan-local",)),
    ("T/ZSAPPMA 11-2025", Level.GROUP, ("lead-group",)),
    ("T/ZSAPPMA 7-2023", Level.GROUP, ("lead-group",)),
    ("T/ZSAPPMA ZSLJ4-2012", Level.GROUP, ("lead-group",)),
    ("T/ZSAPPMA ZSLJ2-2009", Level.GROUP, ("lead-group",)),
    ("T/ZZB 0562-2018", Level.PINZIBIAO, ("lead-pinzibiao",)),
    ("DB33/T 2028-2017", Level.ZHEJIANG_LOCAL, ("lead-zhejiang-local",)),
    ("DB33/T 565.1-2013", Level.ZHEJIANG_LOCAL, ("lead-zhejiang-local",)),
    ("DB33/T 949-2014", Level.ZHEJIANG_LOCAL, ("lead-zhejiang-local",)),
    ("DB33/T 2036.1-2017", Level.ZHEJIANG_LOCAL, ("lead-zhejiang-local",)),
    ("SC/T 2073-2016", Level.INDUSTRY, ("lead-industry",)),
    ("SC/T 2042-2011", Level.INDUSTRY, ("lead-industry",)),
    ("SC/T 4024-2011", Level.INDUSTRY, ("lead-industry",)),
    ("SC/T 3111-2006", Level.INDUSTRY, ("lead-industry",)),
    ("GB/T 26940-2011", Level.NATIONAL, ("lead-national", "participate-national")),
    ("GB/T 26621-2011", Level.NATIONAL, ("lead-national", "participate-national")),
    ("GB/T 41545-2022", Level.NATIONAL, ("lead-national", "participate-national")),
    ("GB/T 36187-2018", Level.NATIONAL, ("lead-national", "participate-national")),
    ("GB/T 30891-2014", Level.NATIONAL, ("lead-national", "participate-national")),
    ("GB 2733-2015", Level.NATIONAL, ("lead-national", "participate-national")),
    ("DB3310/T 101-2023", Level.OTHER_REGION, ()),
    ("DB21/T 3719-2023", Level.OTHER_REGION, ()),
    ("ISO 18538:2015", Level.INTERNATIONAL, ("lead-international", "participate-international")),
    ("IEC 60335-2-24:2020", Level.INTERNATIONAL, ("lead-international", "participate-international")),
    ("ITU-T X.509 (10/2019)", Level.INTERNATIONAL, ("lead-international", "participate-international")),
    ("Q/HDHL 001-2020", Level.ENTERPRISE, ()),
]


@pytest.mark.parametrize(("number", "level", "items"), REAL)
def test_a_number_tells_its_level_and_items(number: str, level: Level, items: tuple[str, ...]) -> None:
    identified = identify(number)
    assert (identified.number, identified.level, identified.dated) == (number, level, True)
    assert items_for(POLICY, identified) == items
    assert identified.reason
    assert identified.reason_en


@pytest.mark.parametrize("prefix", ["SC", "LB", "JT", "HY", "NY", "SB", "QB", "WB"])
def test_industries_are_known_by_their_two_letters(prefix: str) -> None:
    assert identify(f"{prefix}/T 1234-2020").level is Level.INDUSTRY
    assert identify(f"{prefix} 1234-2020").level is Level.INDUSTRY


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("GB／T　20556—2006", "GB/T 20556-2006"),
        ("ＧＢ／Ｔ２０５５６－２００６", "GB/T 20556-2006"),
        ("gb/t 20556–2006", "GB/T 20556-2006"),
        ("GB/T20556——2006", "GB/T 20556-2006"),
        (" GBT 20556 - 2006\u200b", "GB/T 20556-2006"),
        ("GB∕T 20556−2006", "GB/T 20556-2006"),
        ("db 3309 / t 112 — 2024", "DB3309/T 112-2024"),
        ("DB33 / T565 . 1－2013", "DB33/T 565.1-2013"),
        ("t/zzb0562-2018", "T/ZZB 0562-2018"),
        ("T/ZSAPPMA  zslj 4-2012", "T/ZSAPPMA ZSLJ4-2012"),
        ("T/ISC-0001-2020", "T/ISC 0001-2020"),
        ("iso18538：2015", "ISO 18538:2015"),
        ("ISO 18538-2015", "ISO 18538:2015"),
        ("ISO/IEC TS 27008：2019", "ISO/IEC TS 27008:2019"),
        ("ISO TS 22163:2017", "ISO/TS 22163:2017"),
        ("DB33 887-2013", "DB33/ 887-2013"),
        ("scT 2073-2016", "SC/T 2073-2016"),
    ],
)
def test_dashes_spaces_width_and_case_mean_the_same_number(written: str, number: str) -> None:
    assert identify(written).number == number


DASHES = "-‐‑‒–—―−－﹣"


@given(st.data())
def test_any_way_of_writing_a_real_number_is_read_as_that_number(data: st.DataObject) -> None:
    number, level, _ = data.draw(st.sampled_from(REAL))
    if level is Level.ENTERPRISE:
        return
    written = "".join(data.draw(st.sampled_from(_ways(sign))) for sign in number)
    assert identify(f" {written}　").number == number


def _ways(sign: str) -> list[str]:
    if sign == "-":
        return [dash + space for dash in DASHES for space in ("", " ", "　")]
    if sign == " ":
        return [" ", "　", "  "]
    if sign == "/":
        return ["/", "／", " / "]
    full_width = chr(ord(sign) + 0xFEE0)
    return [sign, sign.lower(), full_width]


@given(st.text("GBDTZSCIOQ/-—. :0129一（）", max_size=24) | st.text(max_size=24))
def test_reading_a_number_again_changes_nothing(text: str) -> None:
    once = identify(text)
    again = identify(once.number)
    assert (again.number, again.level) == (once.number, once.level)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "贻贝养殖规范",
        "浙市监〔2024〕5号",
        "GB/Z 40846-2021",
        "GBZ 2.1-2019",
        "GJB 9001-2017",
        "ISO/DIS 18538",
        "XQ/T 12-2020",
        "20201234-T-326",
        "GB/T 20556-2006/XG1-2018",
        "DB330/T 1-2020",
    ],
)
def test_what_is_no_number_of_the_lists_is_recognised_as_nothing(text: str) -> None:
    identified = identify(text)
    assert identified.level is Level.UNKNOWN
    assert items_for(POLICY, identified) == ()


@pytest.mark.parametrize("number", ["GB/T 20556", "DB3309/T 112", "T/SSYB 002", "ISO 18538", "ITU-T X.509"])
def test_a_number_without_its_year_tells_the_level_but_no_edition(number: str) -> None:
    identified = identify(number)
    assert identified.level is not Level.UNKNOWN
    assert not identified.dated


@pytest.mark.parametrize(
    "written",
    [
        "DB3302/T 1143-2022 DB3309/T 95-2022",
        "DB3309/T 95-2022、DB3302/T 1143-2022",
        "DB3309/T 95—2022 / DB3302/T 1143—2022",
        "ＤＢ３３０９/T 95-2022；DB3302/T1143-2022",
    ],
)
def test_numbers_of_ningbo_and_zhoushan_together_are_a_regional_standard(written: str) -> None:
    identified = identify(written)
    assert identified.number == "DB3302/T 1143-2022、DB3309/T 95-2022"
    assert items_for(POLICY, identified) == ("lead-yongzhou-regional",)


def test_a_regional_standard_lacks_its_edition_where_one_of_its_numbers_does() -> None:
    assert identify("DB3302/T 1143-2022、DB3309/T 95-2022").dated
    assert not identify("DB3302/T 1143-2022、DB3309/T 95").dated


def test_one_city_alone_or_other_cities_together_are_no_regional_standard() -> None:
    assert identify("DB3302/T 1143-2022").level is Level.OTHER_REGION
    assert identify("DB3309/T 95-2022").level is Level.ZHOUSHAN_LOCAL
    assert identify("DB31/T 310001-2020 DB33/T 310001-2020").level is Level.OTHER_REGION
    assert identify("DB3302/T 1-2022 DB3309/T 2-2022 DB3310/T 3-2022").level is Level.OTHER_REGION


def test_a_region_written_with_six_digits_is_the_same_region() -> None:
    assert identify("DB330900/T 12-2004").level is Level.ZHOUSHAN_LOCAL
    assert identify("DB330000/T 12-2004").level is Level.ZHEJIANG_LOCAL
    assert identify("DB330922/T 12-2004").level is Level.OTHER_REGION


@pytest.mark.parametrize(
    ("number", "series"),
    [
        ("DB33/T 565.1-2013", "DB33/T 565"),
        ("DB33/T 2036.1-2017", "DB33/T 2036"),
        ("GB/T 1.1-2020", "GB/T 1"),
        ("GB/T 4754.2.1-2017", "GB/T 4754"),
        ("T/TAF 077.12-2020", "T/TAF 077"),
        ("IEC 60335-2-24:2020", "IEC 60335"),
        ("GB/T 20556-2006", None),
        ("ISO 18538:2015", None),
        ("Q/HDHL 001.1-2020", None),
        ("浙市监〔2024〕5.1号", None),
    ],
)
def test_a_part_names_the_series_it_belongs_to(number: str, series: str | None) -> None:
    assert series_of(number) == series

"""Results of the years, open to all: what was published, what became of it, as a page, a sheet and on paper."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims.publicity.results import Result, Standing, YearTotal, results, totals
from claims.sheets import write_sheet
from web.guards import PUBLIC, Visit, Year
from web.rendering import render

router = APIRouter()

STANDINGS = {
    Standing.IN_NOTICE: ("公示中", "in its public notice"),
    Standing.GRANTED: ("待拨付", "to be paid"),
    Standing.PAID: ("已拨付", "paid"),
    Standing.TAKEN_BACK: ("已撤销或追回", "revoked or paid back"),
}
COLUMNS = (
    ("申报编号", "Number"),
    ("单位", "Unit"),
    ("乡镇", "Township"),
    ("奖补项目", "Award item"),
    ("标准编号（文号）", "Standard or document"),
    ("名称", "Title"),
    ("县级奖补（元）", "County award (yuan)"),
    ("状态", "Standing"),
)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The years that have published awards, with their sums."""

    template: ClassVar[str] = "results.html"
    totals: tuple[YearTotal, ...]


@dataclass(frozen=True, slots=True)
class YearResultsPage:
    """One year's published awards, each with how it stands now; the sum leaves out what was taken back."""

    template: ClassVar[str] = "results_year.html"
    year: int
    years: tuple[int, ...]
    results: tuple[Result, ...]
    yuan: int
    standings: dict[Standing, tuple[str, str]]


@router.get("/results")
def overview(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    with visit.desk.reading() as tx:
        found = totals(tx)
    return render(visit, ResultsPage(found))


@router.get("/results/{year}")
def of_year(year: Year, visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    with visit.desk.reading() as tx:
        found = results(tx, year)
        years = tuple(each.year for each in totals(tx))
    yuan = sum(each.yuan for each in found if each.standing is not Standing.TAKEN_BACK)
    return render(visit, YearResultsPage(year, years, found, yuan, STANDINGS))


@router.get("/results/{year}/list.csv")
def sheet(year: Year, visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    words = visit.words
    with visit.desk.reading() as tx:
        found = results(tx, year)
    with TemporaryDirectory(prefix="jiangbu-") as folder:
        path = Path(folder) / "list.csv"
        rows = (
            (
                each.claim,
                each.unit,
                each.township,
                words.t(each.item.title, each.item.title_en),
                each.standard,
                each.title,
                each.yuan,
                words.pick(STANDINGS[each.standing]),
            )
            for each in found
        )
        write_sheet(path, [words.pick(each) for each in COLUMNS], rows)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="results-{year}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

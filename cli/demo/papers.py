"""What the rehearsal claims with: made-up units, real standards, and specimen papers."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from claims.submission.forms import ClaimForm

BANK = "演练银行嵊泗支行"


@dataclass(frozen=True, slots=True)
class Unit:
    """A made-up unit; its credit code carries a valid check character."""

    key: str
    name: str
    uscc: str
    township: str
    contact: str
    phone: str
    account: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


def packaged(name: str) -> str:
    """The text of a file of `config/demo/`."""
    return (resources.files("config") / "demo" / name).read_text(encoding="utf-8-sig")


def units() -> dict[str, Unit]:
    return {each["key"]: Unit(**each) for each in csv.DictReader(packaged("units.csv").splitlines())}


def forms() -> dict[str, ClaimForm]:
    """The claims of the rehearsal year by their key in `claims.csv`."""
    known = units()
    return {
        each["key"]: _form(each, known[each["unit"]])
        for each in csv.DictReader(packaged("claims.csv").splitlines())
    }


def _form(row: dict[str, str], unit: Unit) -> ClaimForm:
    return ClaimForm(
        unit_name=unit.name,
        uscc=unit.uscc,
        township=unit.township,
        contact=unit.contact,
        phone=unit.phone,
        email=unit.email,
        bank=BANK,
        account=unit.account,
        item=row["item"],
        field=row["field"],
        standard_number=row["number"],
        title=row["title"],
        rank=int(row["rank"]) if row["rank"] else None,
        dated_on=date.fromisoformat(row["published"]),
        effective_on=date.fromisoformat(row["effective"]) if row["effective"] else None,
        requested_yuan=int(row["requested"]) if row["requested"] else None,
        remark=row["remark"],
        drafters=tuple(filter(None, row["drafters"].split("；"))),
    )


def specimen(*lines: str) -> bytes:
    """A PDF of one page that says these lines (ASCII), small and openable."""
    text = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 14 Tf 20 TL 72 760 Td\n{text}\nET"
    return _document(
        (
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
                " /Resources << /Font << /F1 4 0 R >> >> >>"
            ),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ),
    )


def _escaped(line: str) -> str:
    plain = line.encode("ascii", "replace").decode()
    return "".join(f"\\{sign}" if sign in "()\\" else sign for sign in plain)


def _document(objects: Sequence[str]) -> bytes:
    """Objects numbered from 1 with the table of their places, as a PDF reader wants it."""
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode("ascii")

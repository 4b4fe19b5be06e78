"""An official list as a file: a workbook to print and go on with, or the paper."""

from enum import StrEnum
from types import MappingProxyType

from claims.desk import Desk
from claims.lists.official import OfficialList
from claims.lists.workbook import workbook
from notifications.paper.faces import faces
from notifications.paper.lists import list_pdf


class ListForm(StrEnum):
    XLSX = "xlsx"
    PDF = "pdf"


MEDIA_TYPES = MappingProxyType(
    {
        ListForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ListForm.PDF: "application/pdf",
    },
)


def list_file(desk: Desk, found: OfficialList, form: ListForm) -> bytes:
    """The list in a form; both hold the same rows, sum and digest.

    Raises `UnprintableCharacters` for paper that no font can set.
    """
    if form is ListForm.XLSX:
        return workbook(found)
    return list_pdf(found, faces(desk.settings.fonts_folder))


def file_name(found: OfficialList, form: ListForm) -> str:
    return f"{found.title}.{form}"

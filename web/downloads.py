"""Official lists as files to keep: for pages and programs alike."""

from starlette.responses import Response

from claims.desk import Desk
from claims.lists.official import OfficialList
from notifications.list_files import MEDIA_TYPES, ListForm, file_name, list_file
from web.pages.evidence import attachment


def list_attachment(desk: Desk, found: OfficialList, form: ListForm) -> Response:
    return attachment(list_file(desk, found, form), file_name(found, form), MEDIA_TYPES[form])

"""Every answer tells how long the desk took over it."""

import re

from visitors import Visitor

from web.server_timing import HEADER


def test_a_page_an_error_and_a_file_tell_how_long_they_took(passer_by: Visitor) -> None:
    for url in ("/policy", "/no-such-page", "/static/desk.css", "/api/v1/openapi.json"):
        took = re.fullmatch(r"desk;dur=(\d+\.\d)", passer_by.get(url).headers[HEADER])
        assert took is not None, url
        assert float(took[1]) < 60_000, url

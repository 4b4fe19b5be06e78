"""Versions of wording in the records: two authors at one moment, and nothing that can be altered, on both databases."""

from collections.abc import Callable

import pytest
import world
from at_once import at_once
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from claims.desk import Desk
from claims.letters import wordings
from claims.letters.wordings import COUNTY, PACKAGED, TemplateVersion, WordingMoved

OWN = TemplateVersion("receipt", PACKAGED, 0, wordings.digest("the program's"))


def changing(desk: Desk, words: str) -> Callable[[], int]:
    """An author who saw the program's own text."""

    def change() -> int:
        with desk.transaction() as tx:
            kept = wordings.put_version_into_use(
                tx, COUNTY, words, replaces=OWN, seen=0, actor=world.who(tx, "guo"), reason="统一用语"
            )
        return kept.version.number

    return change


def test_of_two_authors_at_one_moment_one_text_is_in_use_and_the_other_is_told(desk: Desk) -> None:
    answers = at_once(changing(desk, "甲\n"), changing(desk, "乙\n"))
    assert 1 in answers
    assert sum(isinstance(each, WordingMoved) for each in answers) == 1
    with desk.reading() as tx:
        (kept,) = wordings.versions_of(tx, "receipt")
        assert kept.text == ("甲\n" if answers[0] == 1 else "乙\n")


@pytest.mark.parametrize("change", ["UPDATE wording_version SET text = 'x'", "DELETE FROM wording_version"])
def test_a_version_once_in_use_stays_as_it_was(desk: Desk, change: str) -> None:
    changing(desk, "甲\n")()
    with desk.transaction() as tx, pytest.raises(DatabaseError, match="append only"):
        tx.session.execute(text(change))

"""The page on letters names every letter, and the gallery shows every page of them as they are now."""

from letter_gallery import ALWAYS, DOCS, FOLDER, WHEN, list_pages, page, pages, shown

from notifications.concerns import CONCERNS
from notifications.preview import KINDS


def test_the_page_on_letters_is_whole() -> None:
    assert (DOCS / "letters.md").read_text(encoding="utf-8") == page(), (
        "run make letters and look at the pictures"
    )


def test_the_gallery_shows_every_page_of_every_kind_and_no_other() -> None:
    letters = {file for name in shown() for file in pages(name)}
    assert {path.name for path in FOLDER.iterdir()} == letters | set(list_pages())
    assert set(KINDS) <= set(shown())


def test_the_page_says_when_an_event_with_two_meanings_makes_which_letter() -> None:
    row = [each for concerns in CONCERNS.values() for each in concerns]
    assert {each.letter.kind for each in row if each.when.__name__ != ALWAYS} == set(WHEN)

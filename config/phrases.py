"""Sentences that reviewers send often, from `phrases.yaml`: one file for the county to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from states.stages import Trigger


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence. `zh` is what is sent; `en` tells an English reader what that says."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Category:
    """Sentences of one kind, and the decisions at which they are offered."""

    zh: str
    en: str
    triggers: frozenset[Trigger]
    phrases: tuple[Phrase, ...]


@cache
def load_phrases() -> tuple[Category, ...]:
    """The packaged sentences. Raises KeyError or ValueError where the file is not of its form: a test reads it."""
    text = files("config").joinpath("phrases.yaml").read_text(encoding="utf-8")
    return tuple(_category(each) for each in YAML(typ="safe", pure=True).load(text))


def _category(given: Mapping[str, Any]) -> Category:
    return Category(
        zh=given["category"],
        en=given["category_en"],
        triggers=frozenset(Trigger(each) for each in given["for"]),
        phrases=tuple(Phrase(each["zh"], each["en"]) for each in given["phrases"]),
    )

"""The audit event's one form: what is hashed, and that nothing else can pass for it."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.events import GENESIS, canonical, chained

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

BODY: dict[str, Any] = {
    "stream": "SB-2026-0001",
    "seq": 1,
    "trigger": "submit",
    "source": "draft",
    "target": "submitted",
    "actor": "wang",
    "role": "applicant",
    "at": "2026-03-09T09:30:00.000000+08:00",
    "reason": "",
    "data": {"due_on": "2026-03-16"},
    "previous_hash": GENESIS,
}


def test_the_hash_is_that_of_everything_else_in_canonical_json() -> None:
    text = json.dumps(BODY, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert chained(**BODY).hash == hashlib.sha256(text.encode()).hexdigest()


def test_the_form_is_the_one_that_exports_are_checked_by() -> None:
    """A changed figure here means that audits kept outside the desk no longer verify."""
    assert chained(**BODY).hash == "f1b1f220a9d8b87f1ece481d414812a9ec70071d74d2915416f132392457a283"


@pytest.mark.parametrize("name", BODY)
def test_every_part_of_an_event_is_held_by_its_hash(name: str) -> None:
    changed = BODY | {name: {"other": 1} if name == "data" else 2 if name == "seq" else "other"}
    assert chained(**changed).hash != chained(**BODY).hash


@given(json_values)
def test_canonical_json_is_one_spelling_that_reads_back(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("value", [0.5, {"yuan": 1.0}, [1, [2.0]], {"a": ({"b": float("nan")},)}])
def test_money_that_is_no_whole_number_is_never_recorded(value: Any) -> None:
    with pytest.raises(TypeError, match="floats"):
        canonical(value)

"""The settings shown to administrators tell where they come from, and no secret."""

from datetime import datetime
from pathlib import Path

from config.described import Source, described
from config.settings import load_settings
from states.calendar import TZ


def test_each_setting_says_its_value_and_where_it_comes_from(tmp_path: Path) -> None:
    given = {"JIANGBU_HOME": str(tmp_path), "JIANGBU_NOW": "2026-05-08T09:00:00", "JIANGBU_UNDO_MINUTES": ""}
    found = {each.name.removeprefix("JIANGBU_"): each for each in described(load_settings(given), given)}
    assert found["HOME"].value == str(tmp_path)
    assert found["HOME"].source is Source.ENVIRONMENT
    assert found["UNDO_MINUTES"].value == "10"
    assert found["UNDO_MINUTES"].source is Source.DEFAULT
    assert found["DATABASE_URL"].value == f"sqlite:///{tmp_path / 'jiangbu.db'}"
    assert found["SECRET_KEY"].value == str(tmp_path / "secret_key")
    assert found["NOW"].value == datetime(2026, 5, 8, 9, tzinfo=TZ).isoformat()


def test_no_secret_and_no_password_is_among_them(tmp_path: Path) -> None:
    given = {
        "JIANGBU_HOME": str(tmp_path),
        "JIANGBU_SECRET_KEY": "a-key-of-some-length",
        "JIANGBU_DATABASE_URL": "postgresql+psycopg://desk:word@db.example:5432/desk?password=word",
        "JIANGBU_SMTP_URL": "smtps://user:word@mail.example:465/?from=office@example.org",
    }
    shown = repr(described(load_settings(given), given))
    assert "word@" not in shown
    assert "=word" not in shown
    assert "a-key-of-some-length" not in shown
    assert "desk@db.example:5432/desk" in shown
    assert "user@mail.example:465" in shown

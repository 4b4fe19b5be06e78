"""Settings come from the environment and from nowhere else."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import BadSettings, load_settings

KEY = "a key that is long enough"


def test_an_empty_environment_gives_a_desk_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.home == Path("var")
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'jiangbu.db'}"
    assert (settings.smtp_url, settings.prefect_api_url, settings.now) == (None, None, None)
    assert settings.evidence_folder == Path("var/evidence")


def test_every_setting_has_its_variable(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "JIANGBU_HOME": str(tmp_path),
            "JIANGBU_DATABASE_URL": "postgresql+psycopg://desk@localhost/desk",
            "JIANGBU_SMTP_URL": "smtp://localhost:2525",
            "JIANGBU_SECRET_KEY": KEY,
            "JIANGBU_PREFECT_API_URL": "http://localhost:4200/api",
            "JIANGBU_NOW": "2026-05-08T09:00:00+08:00",
        },
    )
    assert settings.home == tmp_path
    assert settings.database_url == "postgresql+psycopg://desk@localhost/desk"
    assert settings.smtp_url == "smtp://localhost:2525"
    assert settings.secret_key == KEY
    assert settings.prefect_api_url == "http://localhost:4200/api"
    assert settings.now is not None
    assert settings.now.isoformat() == "2026-05-08T09:00:00+08:00"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    settings = load_settings({"JIANGBU_HOME": str(tmp_path), "JIANGBU_SMTP_URL": "", "JIANGBU_NOW": ""})
    assert (settings.smtp_url, settings.now) == (None, None)


def test_the_process_environment_is_read_where_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGBU_HOME", str(tmp_path))
    assert load_settings().home == tmp_path


def test_the_first_start_makes_a_key_that_only_its_owner_reads_and_keeps_it(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    first = load_settings({"JIANGBU_HOME": str(home)})
    kept = home / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text().strip() == first.secret_key
    assert load_settings({"JIANGBU_HOME": str(home)}).secret_key == first.secret_key
    assert [each.name for each in home.iterdir()] == ["secret_key"]


def test_of_several_first_starts_at_once_one_key_wins(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        keys = [starts.submit(load_settings, {"JIANGBU_HOME": str(tmp_path)}) for _ in range(8)]
        assert len({each.result().secret_key for each in keys}) == 1


def test_secrets_do_not_show_where_settings_are_printed(tmp_path: Path) -> None:
    shown = repr(
        load_settings(
            {
                "JIANGBU_HOME": str(tmp_path),
                "JIANGBU_SECRET_KEY": KEY,
                "JIANGBU_SMTP_URL": "smtp://user:word@localhost",
                "JIANGBU_DATABASE_URL": "postgresql+psycopg://desk:word@localhost/desk",
            },
        ),
    )
    assert KEY not in shown
    assert "word" not in shown


def test_a_time_without_offset_is_the_countys(tmp_path: Path) -> None:
    settings = load_settings({"JIANGBU_HOME": str(tmp_path), "JIANGBU_NOW": "2026-05-08T09:00:00"})
    assert settings.now is not None
    assert settings.now.utcoffset() == timedelta(hours=8)


def test_decisions_are_held_ten_minutes_or_as_told_and_not_where_time_stands(tmp_path: Path) -> None:
    home = {"JIANGBU_HOME": str(tmp_path)}
    assert load_settings(home).hold == timedelta(minutes=10)
    assert load_settings({**home, "JIANGBU_UNDO_MINUTES": "0"}).hold == timedelta(0)
    assert load_settings({**home, "JIANGBU_NOW": "2026-05-08T09:00:00"}).hold == timedelta(0)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("JIANGBU_SECRET_KEY", "short", "at least 16"),
        ("JIANGBU_NOW", "tomorrow", "2026-05-08T09:00:00+08:00"),
        ("JIANGBU_UNDO_MINUTES", "ten", "from 0 to 240"),
        ("JIANGBU_UNDO_MINUTES", "241", "from 0 to 240"),
        ("JIANGBU_QUIET_HOURS", "evening", "20:00-08:30"),
        ("JIANGBU_QUIET_HOURS", "08:00-18:00", "20:00-08:30"),
        ("JIANGBU_FLOOD_LIMIT", "0", "whole number of letters"),
        ("JIANGBU_HOOK_URL", "http://messages.example.org/", "must be an https address"),
        ("JIANGBU_HOOK_URL", "https://messages.example.org/", "JIANGBU_HOOK_SECRET"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_write(
    tmp_path: Path, name: str, value: str, cure: str
) -> None:
    with pytest.raises(BadSettings, match=name) as caught:
        load_settings({"JIANGBU_HOME": str(tmp_path), name: value})
    assert cure in caught.value.en
    assert name in caught.value.zh


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadSettings, match="JIANGBU_HOME") as caught:
        load_settings({"JIANGBU_HOME": str(tmp_path / "file" / "desk")})
    assert str(tmp_path) in caught.value.en


def test_letters_wait_at_night_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    home = {"JIANGBU_HOME": str(tmp_path)}
    assert str(load_settings(home).quiet_hours) == "20:00-08:30"
    assert str(load_settings({**home, "JIANGBU_QUIET_HOURS": "21:00-07:45"}).quiet_hours) == "21:00-07:45"
    assert load_settings({**home, "JIANGBU_QUIET_HOURS": "none"}).quiet_hours is None


def test_the_platforms_key_is_not_shown_where_settings_are_printed(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "JIANGBU_HOME": str(tmp_path),
            "JIANGBU_HOOK_URL": "https://messages.example.org/",
            "JIANGBU_HOOK_SECRET": "a secret of the platform",
        }
    )
    assert settings.hook_secret == "a secret of the platform"
    assert "a secret of the platform" not in repr(settings)

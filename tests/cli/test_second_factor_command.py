"""A lost second factor on the machine itself: the last way in for the only administrator."""

from shells import Shell

from claims.desk import open_desk
from claims.identity import second_factors
from claims.security_log import log_file
from config.settings import Settings


def test_whoever_may_open_the_database_takes_it_away_with_a_reason(
    at_work: Shell, sqlite_world_settings: Settings
) -> None:
    with open_desk(sqlite_world_settings) as desk, desk.transaction() as tx:
        enrolment = second_factors.begin(tx, "guo")
    assert enrolment.secret
    assert at_work.refused("user", "reset-second-factor", "guo", "--reason", " ") == "bad_value"
    assert at_work.refused("user", "reset-second-factor", "nobody", "--reason", "x") == "unknown_user"
    said = at_work.get("user", "reset-second-factor", "guo", "--reason", "手机丢失")
    assert said == {"name": "guo"}
    with open_desk(sqlite_world_settings) as desk, desk.reading() as tx:
        assert second_factors.enrolment(tx, "guo") is None
    assert '"second_factor_reset","actor":"system"' in log_file(sqlite_world_settings.home).read_text()

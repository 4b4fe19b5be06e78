"""The product's runner with a schedule for tests. usage: stand_in_runner.py round|nap|stumble"""

import sys

import slow_flows

from flows import programme, runner, schedule

_EVERY_THREE_SECONDS = "* * * * * */3"  # Prefect's sixth place counts seconds
_NEXT_YEAR = "0 0 1 1 *"

schedules = {
    "round": schedule.Entry(programme.do_round, "例行办理", _EVERY_THREE_SECONDS, "例行"),
    "stumble": schedule.Entry(slow_flows.stumble, "绊倒", _NEXT_YEAR, "例行"),
    "nap": schedule.Entry(slow_flows.nap, "午休", _NEXT_YEAR, "例行"),
}
entry = schedules[sys.argv[1]]
runner.SCHEDULE, runner.AT_START = (entry,), entry
runner.serve(sole=True)

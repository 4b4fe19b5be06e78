"""What callers get: the command line's JSON, described.

The answers themselves come from `claims`; tests hold them against these shapes, member by member.
"""

"""Rules are judged at leisure: a busy machine is no failing example."""

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

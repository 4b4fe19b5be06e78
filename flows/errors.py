"""What keeps the desk from coming up."""

from dataclasses import dataclass


@dataclass
class CannotStart(Exception):  # noqa: N818 - says what to do, not what broke
    """The environment does not allow it now: exit status 3 on the command line."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"

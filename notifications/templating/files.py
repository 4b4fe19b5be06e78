"""Texts in the data folder, where a county may write its wording in an editor. No letter is ever written by a file.

A file is read once, when a command asks for it; what was read is checked and kept, so that a file which an editor has
half saved is never sent.
"""

from pathlib import Path

from claims.errors import BadValue
from config.settings import Settings
from notifications.templating.facts import LETTERS, known_kind

SUFFIX = ".jinja"


def place_of(settings: Settings, kind: str) -> Path:
    """Where the county writes a kind of letter. Raises `UnknownLetterKind`."""
    return settings.wording_folder / f"{known_kind(kind)}{SUFFIX}"


def places(settings: Settings) -> dict[str, Path]:
    """The files that there are, by kind."""
    found = {kind: place_of(settings, kind) for kind in LETTERS}
    return {kind: path for kind, path in found.items() if path.is_file()}


def strays(settings: Settings) -> tuple[Path, ...]:
    """Files there that are named after no kind of letter: whoever wrote one will wonder why nothing comes of it."""
    known = {place_of(settings, kind) for kind in LETTERS}
    return tuple(sorted(path for path in settings.wording_folder.glob(f"*{SUFFIX}") if path not in known))


def text_of(path: Path, kind: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadValue(
            f"没有文件 {path}；先用 wording show {kind} --out {path} 写出现行文字，再修改。",
            f"There is no file {path}; write the present wording there with wording show {kind} --out {path}, then change it.",
        ) from None
    except UnicodeDecodeError:
        raise BadValue(
            f"{path} 不是 UTF-8 文本；请用编辑器另存为 UTF-8 后重试。",
            f"{path} is no text in UTF-8; save it as UTF-8, then try again.",
        ) from None

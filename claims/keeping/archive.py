"""The file of a backup: a plain tar, and behind its end a seal over every byte before it.

`tar` reads the members. The seal is one line, the SHA-256 of all that precedes it, so that one flipped byte is found
wherever it lies, and a file cut short has none. The file bears its name only once it is whole and on the disk.
"""

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from claims.errors import BackupDamaged
from claims.leftovers import clear_leftovers, flush_folder, held

PART = ".jiangbu-part"
SEAL_LENGTH = 65
"""64 hexadecimal digits and a line's end."""

_PIECE = 1 << 20


class Writer:
    """Puts members into an archive, one after the other; memory does not grow with them."""

    def __init__(self, file: IO[bytes], moment: datetime) -> None:
        self._file = file
        self._moment = moment
        self._digest = hashlib.sha256()

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(self._moment.timestamp())
        self._write(member.tobuf(tarfile.GNU_FORMAT))
        for piece in pieces(content):
            self._write(piece)
        self._write(bytes(-size % tarfile.BLOCKSIZE))

    def seal(self) -> str:
        """End the archive; answers with its seal, in hexadecimal."""
        self._write(bytes(2 * tarfile.BLOCKSIZE))
        seal = self._digest.hexdigest()
        self._file.write(f"{seal}\n".encode("ascii"))
        return seal

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


@contextmanager
def writing(path: Path, moment: datetime) -> Iterator[Writer]:
    """A new archive that takes its name, and the place of an older one, when the block has sealed and left it."""
    clear_leftovers(path.parent, f".*{PART}")
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    part = Path(draft)
    try:
        with os.fdopen(descriptor, "wb") as file, held(part):
            yield Writer(file, moment)
            file.flush()
            os.fsync(descriptor)
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose seal holds."""

    path: Path
    seal: str
    _file: IO[bytes]

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Names and contents in their order, each content to be read before the next member is asked for.

        Raises `tarfile.HeaderError` for what is no tar.
        """
        end = 0
        while True:
            self._file.seek(end)
            header = self._file.read(tarfile.BLOCKSIZE)
            if not any(header):
                return
            member = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
            end = self._file.tell() + member.size + -member.size % tarfile.BLOCKSIZE
            yield member.name, io.BufferedReader(_Part(self._file, member.size))


class _Part(io.RawIOBase):
    """So many bytes of a file, from where it stands."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive to read. Raises `BackupDamaged` where its seal does not hold."""
    with path.open("rb") as file:
        yield Archive(path, _checked_seal(path, file), file)


def _checked_seal(path: Path, file: IO[bytes]) -> str:
    sealed = max(0, file.seek(0, os.SEEK_END) - SEAL_LENGTH)
    file.seek(0)
    digest = hashlib.sha256()
    for piece in pieces(_Part(file, sealed)):
        digest.update(piece)
    if file.read() != f"{digest.hexdigest()}\n".encode("ascii"):
        raise BackupDamaged(
            str(path),
            "封印不符：不完整、被改动或不是备份",
            "its seal does not hold: cut short, altered, or no backup",
        )
    return digest.hexdigest()


def pieces(file: IO[bytes] | io.RawIOBase) -> Iterator[bytes]:
    """What is left of a file, a megabyte at a time."""
    while piece := file.read(_PIECE):
        yield piece

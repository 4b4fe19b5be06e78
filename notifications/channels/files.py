"""Letters as files: where no server is set, and for rehearsals."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from claims.letters.outbox import Way
from claims.letters.sending import LeasedLetter
from notifications.channels.channel import ChannelError, Sender


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Letters as `.eml`, texts as `.txt`. A letter written twice is one file: its name is the letter's own."""

    folder: Path
    sender: Sender
    files: bool = True

    def send(self, letter: LeasedLetter, content: bytes) -> str:
        if letter.channel == Way.SMS:
            content = f"{letter.address}\n\n".encode() + content + b"\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.folder / file_name(letter))
        except OSError as error:
            raise ChannelError(f"{self.folder} cannot be written: {error}") from error
        finally:
            Path(temporary).unlink(missing_ok=True)
        return ""


def file_name(letter: LeasedLetter) -> str:
    return f"{letter.id:08}-{letter.kind}.{'txt' if letter.channel == Way.SMS else 'eml'}"

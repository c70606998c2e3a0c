"""The command `import`: what Noteproof makes of a file, before it is put beside the notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import NotesError

if TYPE_CHECKING:
    from ingest.formats.loaded import Loaded
    from ingest.reader import Reader

_SHOWN = 24
"""Lines of each note that are printed."""


def preview(reader: Reader, path: Path) -> None:
    """Print what was understood of a file and what was not. Nothing is changed.

    Raises:
        NotesError: the file cannot be opened, or nothing of it can be read.
    """
    try:
        size = path.stat().st_size
        if size > reader.max_note_mb * 1e6:
            raise NotesError(
                f"{path} has {size / 1e6:.0f} MB, more than the {reader.max_note_mb:g} MB of "
                "NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit."
            )
        data = path.read_bytes()
    except OSError as error:
        raise NotesError(f"{path} cannot be opened ({error.strerror}): name a file.") from error
    try:
        notes = reader.read(path.name, data)
    finally:
        reader.close()
    for note in notes:
        print(f"{note.name}  {_told(note.loaded) if note.loaded else f'left out: {note.problem}'}")
        if note.loaded is not None:
            _print_text(note.loaded)
    if not any(note.loaded for note in notes):
        raise NotesError(f"Nothing of {path.name} can be used.")
    print("Nothing was changed. Put the file beside your notes, and it is read like this.")


def _told(loaded: Loaded) -> str:
    from ingest.questions import find_questions
    from ingest.rows import read_rows

    rows = read_rows(loaded.text)
    counts = [f"{sum(row.content for row in rows)} lines"]
    if questions := len(find_questions(rows)):
        counts.append(f"{questions} past questions")
    if loaded.pages:
        counts.append(f"{loaded.pages[0][1]} to {loaded.pages[-1][1]}")
    return ", ".join(counts) + (f"; {loaded.remark}" if loaded.remark else "")


def _print_text(loaded: Loaded) -> None:
    lines = loaded.text.splitlines()
    for line in lines[:_SHOWN]:
        print(f"    {line}".rstrip())
    if len(lines) > _SHOWN:
        print(f"    ... and {len(lines) - _SHOWN} more lines")
    print()

"""Files of the corpus -> their notes, each with its text or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import NotesError
from ingest.corpus import Source
from ingest.reader import Reader
from ingest.reading import Read
from retrieval.store import NoteInfo


def read_all(
    sources: Sequence[Source],
    reader: Reader,
    max_note_mb: float,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Read]:
    """Every note, each under a name of its own; archives give one for each member.

    Raises:
        NotesUnreachable: where they lie is out of reach.
    """
    found: dict[str, Read] = {}
    own = {source.name for source in sources}
    try:
        for done, source in enumerate(sources):
            if done:
                progress(done / len(sources))
            for info, loaded in _read(source, reader, max_note_mb):
                name, count = info.name, 2
                while name in found or (name in own and name != source.name):
                    name, count = f"{info.name} ({count})", count + 1
                found[name] = replace(info, name=name), loaded
    finally:
        reader.close()
    return list(found.values())


def digest(data: bytes) -> str:
    """What tells a file's content from every other: `NoteInfo.sha256`."""
    return hashlib.sha256(data).hexdigest()


def _read(source: Source, reader: Reader, max_note_mb: float) -> list[Read]:
    try:
        size = source.file.size()
        if size > max_note_mb * 1e6:
            raise NotesError(
                f"it has {size / 1e6:.0f} MB, more than the {max_note_mb:g} MB of "
                "NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit"
            )
        data = source.file.read()
    except OSError as error:
        told = f"it cannot be opened ({error.strerror})"
        return [(NoteInfo(source.name, problem=told), None)]
    except NotesError as error:
        return [(NoteInfo(source.name, size=size, problem=str(error)), None)]
    sha256 = digest(data)
    found: list[Read] = []
    for note in reader.read(source.name, data):
        remark = note.loaded.remark if note.loaded else ""
        info = NoteInfo(note.name, sha256, len(data), problem=note.problem, remark=remark)
        found.append((info, note.loaded))
    return found

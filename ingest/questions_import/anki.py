"""Anki decks (`.apkg`) -> past questions: Basic and Cloze notes, fields without HTML."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape

from core.errors import NotesError
from ingest.formats.archive import opened
from ingest.formats.loaded import Loaded, ParseLimits
from ingest.questions_import.written import Imported, NotUnderstood, one_line, write

_NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")
_CLOZE = re.compile(
    r"\{\{c(\d{1,3})::((?:(?!\{\{c\d).)*?)(?:::((?:(?!\{\{c\d).)*?))?\}\}", re.DOTALL
)
_NUMBER = re.compile(r"\{\{c(\d{1,3})::")
_DEEP = 8
"""Clozes in clozes."""
_MEDIA = re.compile(r"\[sound:[^\]]*\]|\[anki:play:[^\]]*\]")
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/?(?:div|p|li|ul|ol|tr|table|h[1-6]|hr))\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
_NOTES = 100_000


def load_apkg(data: bytes, limits: ParseLimits) -> Loaded:
    """A deck as exported by any version of Anki.

    Raises:
        NotesError: it is damaged, or has no card that is a question.
    """
    with opened(data, limits) as archive:
        names = set(archive.namelist())
        name = next(name for name in _NEWEST_FIRST if name in names)
        base = archive.read(name)
    if name.endswith("b"):
        base = _unpacked(base, limits)
    rows = [row for number, fields in enumerate(_fields(base), 1) for row in _card(fields, number)]
    if not rows:
        raise NotesError("its deck has no notes: export it again from Anki with its cards")
    return write(rows)


def _unpacked(base: bytes, limits: ParseLimits) -> bytes:
    import zstandard

    most = int(limits.zip_mb * 1e6)
    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(base)) as reader:
            data = reader.read(most + 1)
    except zstandard.ZstdError as error:
        raise NotesError(
            "its deck is packed in a way that is not read: export it again, with "
            "`Support older Anki versions` ticked"
        ) from error
    if len(data) > most:
        raise NotesError(
            f"its deck unpacks to more than the {limits.zip_mb:g} MB of NOTEPROOF_ZIP_MB"
        )
    return data


def _fields(base: bytes) -> Iterator[list[str]]:
    """The fields of each note, in the order in which they were made."""
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(base)
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA query_only=ON")
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            rows = database.execute("SELECT flds FROM notes ORDER BY id LIMIT ?", (_NOTES,))
            for (joined,) in rows:
                yield str(joined).split("\x1f")
    except (sqlite3.Error, OverflowError) as error:
        raise NotesError("its deck is damaged: export it again from Anki") from error


def _card(fields: list[str], number: int) -> list[Imported | NotUnderstood]:
    where = f"note {number}"
    shown = [plain_field(field) for field in fields]
    if _CLOZE.search(shown[0]):
        return _cloze(shown[0], one_line(" ".join(shown[1:])))
    front, rest = one_line(shown[0]), [text for text in shown[1:] if text.strip()]
    if not front:
        return [NotUnderstood(where, "its front has no words")]
    if not rest:
        return [NotUnderstood(where, "its back has no words")]
    return [Imported(front, (one_line(rest[0], "; "),), (), one_line("\n".join(rest[1:])))]


def _cloze(text: str, extra: str) -> list[Imported | NotUnderstood]:
    """A question for each number of a cloze: its words left out, those of the others there."""
    whole, _ = _with_gap(text, -1)
    why = one_line(f"{whole}\n{extra}")
    found: list[Imported | NotUnderstood] = []
    for number in sorted({int(number) for number in _NUMBER.findall(text)}):
        gap, hidden = _with_gap(text, number)
        if answer := "; ".join(filter(None, map(one_line, hidden))):
            found.append(Imported(one_line(gap), (answer,), (), why))
    return found


def _with_gap(text: str, number: int) -> tuple[str, list[str]]:
    """The text with gaps for one number, and what stood there. Inner clozes are filled first."""
    hidden: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if int(match[1]) != number:
            return match[2]
        hidden.append(match[2])
        return "____"

    for _ in range(_DEEP):
        text, count = _CLOZE.subn(fill, text)
        if not count:
            break
    return text, hidden


def plain_field(field: str) -> str:
    """A field's text: HTML and media taken out, its line breaks kept."""
    text = _MEDIA.sub(" ", _SCRIPT.sub(" ", field))
    return unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\u00a0", " ")

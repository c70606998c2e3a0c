"""Bytes of any common encoding -> text."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from core.errors import NotesError

_NOT_WESTERN = frozenset(
    """
    Croatian Czech Estonian Hungarian Latvian Lithuanian Polish Romanian Slovak Slovene Turkish
    """.split()
)
"""Of Latin code pages that fit as well, the Western one is meant, but for these languages."""


def decode(data: bytes) -> str:
    """Text of any common encoding.

    Raises:
        NotesError: the bytes are not text.
    """
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    for mark, encoding in marks.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise NotesError("it starts like UTF-16 text but is damaged") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _guess(data)
    if "\0" in text[:100_000]:
        raise NotesError("it is not text (binary file)")
    return text


def _guess(data: bytes) -> str:
    if b"\0" in data[:8192]:
        raise NotesError("it is not text (binary file)")
    matches = from_bytes(data[:500_000])
    best = matches.best()
    if best is None:
        raise NotesError("its encoding cannot be recognised: save it as UTF-8")
    if best.language not in _NOT_WESTERN:
        tied = (match for match in matches if match.chaos <= best.chaos)
        best = next((match for match in tied if match.encoding == "cp1252"), best)
    try:
        return data.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise NotesError("its encoding cannot be recognised: save it as UTF-8") from error

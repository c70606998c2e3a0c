"""The options that stand with a past question, and which of them its answer means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from core.labels import read_label
from core.text import strip_marker
from core.types import Line
from quiz.paste.answers import Names, names_in
from quiz.paste.text import normal

_LETTERED = re.compile(r"\s+([A-H])[.)]\s+(.+)")
_BETWEEN = (r";\s*", r";\s*|,\s*(?:and\s+)?|\s+(?:and|&)\s+")
"""What may part two answers: what parts them for certain, then what options may hold as well."""
_ENDS = " .):-–—"


def with_options(lines: Sequence[Line]) -> tuple[Sequence[Line], tuple[Line, ...], tuple[str, ...]]:
    """A question's lines up to its options, the lines that begin an option, and the options.

    An option begins on an indented line with A., B., ... and goes on until the next one. One
    alone is an option only where nothing follows it.
    """
    heads: list[Line] = []
    options: list[str] = []
    for line in lines:
        match = _LETTERED.match(line.text)
        if match and match[1] == ascii_uppercase[len(heads)]:
            heads.append(line)
            options.append(match[2].strip())
        elif options:
            options[-1] += f" {line.text.strip()}"
    alone = len(options) == 1
    if not options or (alone and (heads[0] != lines[-1] or options[0].endswith("?"))):
        return lines, (), ()
    return lines[: lines.index(heads[0])], tuple(heads), tuple(options)


def meant(said: str, options: Sequence[str]) -> tuple[int, ...]:
    """Places of the options that an answer means by their words or letters.

    () when a part of it is none of them.

    >>> meant("Kinesis; S3", ("S3", "EFS", "Kinesis")), meant("B", ("S3", "EFS"))
    ((0, 2), (1,))
    """
    if not options:
        return ()
    plain = [normal(option) for option in options]
    for parts in ([said], *(re.split(between, said) for between in _BETWEEN)):
        places = {_place(part, plain) for part in parts if part.strip()}
        if places and -1 not in places:
            return tuple(sorted(places))
    return _lettered(said, plain)


def _place(text: str, plain: Sequence[str]) -> int:
    """The first option with these words; -1 for none."""
    return next((place for place, option in enumerate(plain) if option == normal(text)), -1)


def _lettered(said: str, plain: Sequence[str]) -> tuple[int, ...]:
    """Options by letter; the words that follow may be a reason, not those of another option."""
    named = _letters(said)
    places = {ascii_uppercase.find(name.upper()) for name in named.names} if named else set()
    if named is None or max(places) >= len(plain):
        return ()
    other = _place(named.rest.strip(_ENDS), plain)
    return tuple(sorted(places)) if other < 0 or other in places else ()


def _letters(said: str) -> Names | None:
    named = names_in(said)
    return named if named and all(name.isalpha() for name in named.names) else None


def unlettered(text: str, options: Sequence[str]) -> str:
    """A line of a question without the letter that heads an option, or stands for one as answer.

    It counts in the order of the notes only, and options are shuffled.

    >>> unlettered("Ans: B", ("S3", "EFS")), unlettered("B. EFS", ("S3", "EFS"))
    ('', 'EFS')
    """
    if _LETTERED.match(f" {text.lstrip()}"):
        return strip_marker(text)
    label, said = read_label(strip_marker(text)) or ("", "")
    named = _letters(said) if label == "answer" else None
    if named is None or _place(said, [normal(option) for option in options]) >= 0:
        return text
    return named.rest.strip(_ENDS)

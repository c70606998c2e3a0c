"""An answer about something else of the same kind: the name in it exchanged for a sibling's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.function_words import FUNCTION_WORDS
from core.practice import Concept
from core.text import words
from quiz.concepts.concept_map import ConceptMap
from quiz.items.options import Choice, name_choice
from retrieval.lexical import same_word

MAKERS = 3
"""Names that begin with a word from which it is a maker's: "Amazon Lex", "Amazon Polly"."""
_ARTICLE = re.compile(r"\b(an?)(\s+)$", re.IGNORECASE)
_NAMED_LETTERS = "AEFHILMNORSX"
"""Letters whose names begin with a vowel: an S3 bucket."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in a text, from `start` to `end`."""

    concept: Concept
    start: int
    end: int


def subject(answer: str, stem: str, known: ConceptMap) -> Mention | None:
    """The first name in an answer that another could stand for, and that the stem does not tell."""
    makers, asked = _makers(known), set(words(stem))
    return next(
        (
            found
            for found in mentions(answer, known)
            if not set(words(found.concept.name)) <= asked
            and _stands_alone(answer, found, makers)
            and _siblings(found.concept, known)
        ),
        None,
    )


def swapped(answer: str, found: Mention, known: ConceptMap) -> Iterator[Choice]:
    """Wrong answers of the same form, each about a sibling of what the answer names."""
    makers = _makers(known)
    for other in _siblings(found.concept, known):
        told = name_choice(other, other.facts[:2])
        text = _exchanged(answer, found, other.name, makers)
        yield replace(told, option=replace(told.option, text=text))


def _siblings(concept: Concept, known: ConceptMap) -> list[Concept]:
    found = (known.find(name) for name in concept.siblings)
    return [other for other in found if other and other.facts and other.name not in known.broad]


def mentions(text: str, known: ConceptMap) -> list[Mention]:
    """The concepts that a text names, in its order; a name within a longer name is none."""
    found = [
        Mention(concept, match.start(), match.end())
        for concept in known.concepts
        if concept.name not in known.broad
        for name in (concept.name, *concept.aliases)
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
    ]
    whole = [
        one
        for one in found
        if not any(
            o.start <= one.start and one.end <= o.end and o.end - o.start > one.end - one.start
            for o in found
        )
    ]
    return sorted(whole, key=lambda one: (one.start, -one.end))


def _stands_alone(text: str, found: Mention, makers: Sequence[str]) -> bool:
    """Whether a name is a phrase of its own: "in Glue", "the seq2seq algorithm" under "Algorithms".

    In "dropout regularization" or "a Glue crawler" another name would make no sense.
    """
    if found.concept.name.lower() in makers:
        return False
    before = re.search(r"([^\W_][\w'’-]*|\()\s*$", text[: found.start])
    if before:
        word, opens = before.group(1), not text[: before.start()].strip()
        if not (opens or word.lower() in FUNCTION_WORDS or word.lower() in makers):
            return False
    after = re.match(r"(?:\s*\([^)]*\))?\s+([^\W_][\w'’-]*)", text[found.end :])
    if after is None or after.group(1).lower() in FUNCTION_WORDS:
        return True
    kinds = {word for heading in found.concept.path for word in words(heading)}
    return any(same_word(after.group(1).lower(), kind) for kind in kinds)


def _exchanged(text: str, found: Mention, name: str, makers: Sequence[str]) -> str:
    """The text with another name: its maker's word and its short form in brackets go with it."""
    before, after = text[: found.start], text[found.end :]
    after = re.sub(r"^\s*\([^)]{1,12}\)", "", after)
    head, _, last = before.rstrip().rpartition(" ")
    first = name.split(maxsplit=1)[0].lower()
    if last.lower() in makers and first in makers:
        before = f"{head} " if head else ""
    if article := _ARTICLE.search(before):
        right = "an" if _sounds_as_vowel(name) else "a"
        right = right.capitalize() if article.group(1)[0].isupper() else right
        before = before[: article.start()] + right + article.group(2)
    return before + name + after


def _sounds_as_vowel(name: str) -> bool:
    first = name.split(maxsplit=1)[0]
    spelt = first[:2].isupper() or (len(first) > 1 and first[1].isdigit())
    return first[0].upper() in (_NAMED_LETTERS if spelt else "AEIOU")


def _makers(known: ConceptMap) -> tuple[str, ...]:
    """Words that several names begin with."""
    firsts = Counter(
        name.split(maxsplit=1)[0].lower()
        for concept in known.concepts
        for name in {concept.name, *concept.aliases}
        if len(name.split()) > 1
    )
    return tuple(word for word, count in firsts.items() if count >= MAKERS)

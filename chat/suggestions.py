"""Questions to begin with, drawn from the notes: past ones, and names with facts under them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from core.function_words import FUNCTION_WORDS
from core.text import strip_marker
from core.types import Line, Passage

MAX_WORDS = 18
MAX_NAME_WORDS = 4
MIN_FACTS = 2

_LABEL = re.compile(r"^(?:[A-Za-z]{1,12}\s*)?[#.]?\s*\d{0,3}\s*[:)]\s*")
_WORD = re.compile(r"[A-Za-z][\w+.'’-]*")
_VERB = re.compile(r"(?: \([^)\n]*\))? (is|are|was|were|can|has|have|[a-z]{2,}[^\Wsu]s)\b")
_PLURAL = ("are", "were", "have")
_TAIL = re.compile(r"\s+[-–—]+\s.*$|\s*[:(\[=?!,;].*$|\s+[-–—]+$")


def suggest(
    passages: Sequence[Passage], lines: Sequence[Line], count: int, rng: random.Random
) -> list[str]:
    """At most `count` questions, no two alike: up to half of them past questions."""
    asked = _shuffled(past_questions(passages), rng)
    about = _shuffled(questions_about_names(lines), rng)
    half = max(count // 2, count - len(about))
    chosen = asked[:half]
    chosen += about[: count - len(chosen)]
    rng.shuffle(chosen)
    return chosen


def _shuffled(questions: Iterator[str], rng: random.Random) -> list[str]:
    found = list({question.casefold(): question for question in questions}.values())
    rng.shuffle(found)
    return found


def past_questions(passages: Sequence[Passage]) -> Iterator[str]:
    """The stems of past questions that are short enough to be read at a glance."""
    for passage in passages:
        if passage.kind != "question":
            continue
        first, *rest = passage.text.splitlines()
        stem = [_LABEL.sub("", strip_marker(first))]
        for line in rest:
            if not line.strip() or _LABEL.match(strip_marker(line)):
                break
            stem.append(line.strip())
        text = " ".join(" ".join(stem).split())
        if text.endswith("?") and 3 <= len(text.split()) <= MAX_WORDS:
            yield text


def questions_about_names(lines: Sequence[Line]) -> Iterator[str]:
    """`What is DeepAR?` for headings that name one thing.

    Such a heading is written like a name, in one place, with facts under it, and some line goes
    on after it with a verb. A label ("Best Practices") is written with capitals too, but no line
    says what it is or does.
    """
    facts: defaultdict[str, int] = defaultdict(int)
    places: defaultdict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for line in lines:
        if line.path:
            name = _TAIL.sub("", strip_marker(line.path[-1]))
            facts[name] += 1
            places[name].add((line.note, line.path[:-1]))
    text = "\n".join(line.text for line in lines)
    for name, count in facts.items():
        if count >= MIN_FACTS and len(places[name]) == 1 and looks_like_a_name(name):
            verb = _verb_after(name, text)
            if verb:
                yield f"What {'are' if verb in _PLURAL else 'is'} {name}?"


def looks_like_a_name(text: str) -> bool:
    """Whether a heading is written like the name of one thing: `Random Cut Forest`, `DeepAR`."""
    found = text.split()
    if not 1 <= len(found) <= MAX_NAME_WORDS or not all(map(_WORD.fullmatch, found)):
        return False
    if found[0].endswith("ing") or any(word.lower() in FUNCTION_WORDS for word in found):
        return False
    if not all(any(map(str.isupper, word)) for word in found):
        return False
    return len(found) > 1 or any(c.isupper() or c.isdigit() for c in found[0][1:])


def _verb_after(name: str, text: str) -> str:
    """The first verb that follows the name anywhere: `DeepAR forecasts ...` -> `forecasts`."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        alone = start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "-_")
        verb = _VERB.match(text, end) if alone else None
        if verb:
            return verb.group(1)
        start = text.find(name, end)
    return ""

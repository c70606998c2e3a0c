"""Checks of the stem of an item: it asks, stands alone, is whole, and gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.function_words import FUNCTION_WORDS
from core.practice import Check, Item
from core.text import words
from quiz.checks.context import Notes, found
from quiz.checks.item_text import denial, tokens
from quiz.checks.name_text import abbreviations, holds_phrase, initials, name_forms, spells_out

WORDS = {"model": range(6, 111), "template": range(3, 111), "notes": range(6, 201)}
GIVEN_WORDS = range(2, 201)
"""Words of a stem by its origin. In under six nothing is asked, unless code asks the question of
a heading ("What is PCA for?"); a long exam scenario has about a hundred; what learners copied
from an exam is theirs, as long as it is no essay; with options beside it, "PCA means?" asks."""
COMMON_LETTERS = 5
COMMON_SHARE = 0.65
"""How much of a word of the key a word of the stem begins with, to be a form of it:
"transcription" has .8 of "Transcribe", "standardize" .67 of "Standardization", "compression" .6 of
"Comprehend". A whole word within the key's is as much of it: "transformer" in "TabTransformer"."""
NAME_WORDS = 6

_BLANK = re.compile(r"_{4,}")
_INSTRUCTION = re.compile(r"\s*\(?\b(?:select|choose|pick)\s+[^.?!)]{1,40}[.!)]*\s*$", re.I)
_TASK = re.compile(r"\b(?:select|choose|pick|identify|name|determine)\b", re.IGNORECASE)
_LEFT_OVER = re.compile(
    r"\*\*|`|</?(?:br?|i|u|p|em|strong|span|div|[uo]l|li|code|pre|su[bp]|h\d|think)\b[^<>]*>"
    r"|<\|\w+\|>|&(?:amp|lt|gt|quot|apos|nbsp|#\d+);|\[/?\w*INST\]|^\s*(?:#{1,6}|[-*•])\s"
    r"|^\s*(?:stem|question|scenario|answer|q\s?\d*|\d+)\s*[:.)]\s|\b(?:correct )?answer\s*:"
    r"|^\s*\(?A[.)]\s|\s\(?A\)\s.+\s\(?B\)\s.+\s\(?C\)\s",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_CUT = re.compile(r"…|\.{3}|[-–,;:(]\s*$|\w-\s*\?$")
_NO_PAIR = re.compile(r"(?:^|(?<=\s))\(?\w{1,2}\)(?=\s)|[\[(]\s*-?[\d.]+\s*,\s*-?[\d.∞]+\s*[\])]")
_SOURCE = r"(?:text|passage|lines?|excerpt|paragraph|evidence|document|material|context|article)s?"
_LEANS = re.compile(
    r"\b(?:the|these|your|my|this|those)\s+(?:study\s+|course\s+|lecture\s+)?notes?\b"
    r"|\bthe\s+(?:passage|excerpt)s?\b"
    rf"|\b(?:the|this)\s+(?:given|provided|above|following|preceding|source)\s+{_SOURCE}\b"
    rf"|\b(?:the|this)\s+{_SOURCE}\s+(?:above|below|says?|states?|mentions?|describes?|explains?)\b"
    rf"|\b(?:based on|stated|mentioned|described|defined|listed|given|discussed|explained)"
    rf"\s+(?:in\s+|by\s+)?(?:the|this|these)\s+{_SOURCE}\b"
    rf"|\baccording to (?:the|these|this) (?:\w+ )?{_SOURCE}\b"
    r"|(?:^|[.!?]\s+)according to th"
    r"|\b(?:mentioned|described|listed|given|shown|stated|discussed) (?:above|below|earlier)\b"
    r"|\bas (?:described|mentioned|stated|noted|discussed)\b|\bthe above\b(?!-)"
    r"|\b(?:evidence|fact|line|lines) \d+\b|\[[1-9]\d{0,2}(?:\s*,\s*[1-9]\d{0,2})*\]",
    re.IGNORECASE,
)


def no_leak(item: Item, notes: Notes) -> Check:
    """The stem holds no option: not as a phrase, not as its initials, nor what they stand for.

    Nor a rare word of the key alone: "translation" for "Translate". The name of the concept
    rightly stands in the stem of a property, a true/false or a gap: only options are looked at.
    A gap's options are the answers it takes.
    """
    return found("no_leak", next(_leaks(item, notes), ""))


def _leaks(item: Item, notes: Notes) -> Iterator[str]:
    if item.kind == "true_false":
        return
    for text in item.accepted if item.kind == "gap" else [o.text for o in item.options]:
        if any(_told(item.stem, form) for form in name_forms(text)):
            yield f"the stem holds {text!r}"
    if item.kind in ("scenario", "variant"):
        yield from _word_leaks(item, notes)


def _told(stem: str, name: str) -> bool:
    return (
        holds_phrase(stem, name)
        or bool(initials(name) & abbreviations(stem))
        or spells_out(stem, name)
    )


def _word_leaks(item: Item, notes: Notes) -> Iterator[str]:
    """Words of a key's name that stand in the stem, in any form, and in no distractor."""
    others = [o.text for place, o in enumerate(item.options) if place not in item.key]
    shared = [word for text in others for word in _telling(text)]
    for text in (item.options[place].text for place in item.key):
        if len(words(text)) > NAME_WORDS:
            continue
        for word in _telling(text):
            if notes.common(word) or any(_one_root(word, other) for other in shared):
                continue
            for said in _telling(item.stem):
                if _one_root(word, said) and not notes.common(said):
                    yield f"the stem says {said!r}, the key {word!r}"


def _telling(text: str) -> list[str]:
    return [w for w in tokens(text) if len(w) >= COMMON_LETTERS and w not in FUNCTION_WORDS]


def _one_root(word: str, other: str) -> bool:
    common = 0
    while common < min(len(word), len(other)) and word[common] == other[common]:
        common += 1
    within = len(other) if other in word else 0
    return max(common, within) >= max(COMMON_LETTERS, COMMON_SHARE * len(word))


def is_question(item: Item, notes: Notes) -> Check:
    """The stem asks: a question, one blank, or "True or false"; neither a scrap nor an essay.

    A question of the notes may show its table after the question, or set a task: "Identify two".
    """
    return found("is_question", _no_question(item))


def _no_question(item: Item) -> str:
    stem = item.stem.strip()
    length = len(words(stem)) + len(_BLANK.findall(stem))
    allowed = GIVEN_WORDS if item.given else WORDS[item.origin]
    if length not in allowed:
        return f"the stem has {length} words, not {allowed[0]} to {allowed[-1]}"
    if item.kind == "gap":
        return "" if len(_BLANK.findall(stem)) == 1 else "the stem has not one blank ____"
    if item.kind == "true_false":
        return "" if stem.lower().startswith("true or false") else "no 'True or false' before it"
    if item.origin == "notes" and ("?" in stem or _TASK.search(stem)):
        return ""
    last = re.split(r"(?<=[.!?])\s+", _INSTRUCTION.sub("", stem))[-1]
    return "" if "?" in last else "the stem does not end with a question"


def whole_text(item: Item, notes: Notes) -> Check:
    """No text has marks of a format left in it, an open bracket or quote, or a cut end."""
    texts = (item.stem, *(option.text for option in item.options), *item.accepted)
    problems = (f"{text!r}: {_damage(text)}" for text in texts if _damage(text))
    return found("whole_text", next(problems, ""))


def _damage(text: str) -> str:
    if mark := _LEFT_OVER.search(text):
        return f"{mark.group().strip()[:20]!r} is left over"
    if _CUT.search(text):
        return "the text is cut off"
    closed = _is_closed(text) or _is_closed(_NO_PAIR.sub("", text))
    return "" if closed else "a bracket or a quote is open"


def _is_closed(text: str) -> bool:
    pairs = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))
    return all(text.count(a) == text.count(b) for a, b in pairs) and text.count('"') % 2 == 0


def stands_alone(item: Item, notes: Notes) -> Check:
    """No text leans on a source that the learner does not see: "the notes", "as described".

    "The text" and "the lines" are fine where they are what a service works on.
    """
    texts = (item.stem, *(option.text for option in item.options))
    leaning = (match.group().strip() for text in texts if (match := _LEANS.search(text)))
    problem = next(leaning, "")
    return found("stands_alone", problem and f"{problem!r} leans on a text nobody sees")


def negation_marked(item: Item, notes: Notes) -> Check:
    """A question for what is not so says NOT or EXCEPT in capitals, or it is read over.

    A question of the notes is its author's, who may not have heard of this.
    """
    free = item.kind in ("true_false", "gap") or item.origin == "notes"
    word = "" if free else denial(item.stem)
    return found("negation_marked", f"{word!r} is not in capitals" if word != word.upper() else "")

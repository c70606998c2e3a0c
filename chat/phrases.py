"""The forms of English that facts are read by and questions are put in, without a model."""

from __future__ import annotations

import re

from chat.facts import Fact
from chat.suggestions import looks_like_a_name
from core.function_words import FUNCTION_WORDS

_DETERMINER = r"(?:an?|the|only|each|every|all|its|their|both|two|three|no|one|data|____)"
IS = re.compile(r"^(?P<who>[^,;:()]{2,60}?) (?P<verb>is|are|was|were) (?P<rest>(?:an?|the) \w.*)$")
DONE = re.compile(
    r"^(?P<who>[^,;:()]{2,60}?) (?P<verb>is|are|was|were) "
    r"(?P<done>\w{3,}(?:ed|wn|ilt|ept|ent)) "
    r"(?P<prep>into|by|with|from|for|to|in|on|as) (?!default\b)\w"
)
DOES = re.compile(
    rf"^(?P<who>(?:(?:An?|The|Each|Every) )?[^,;:()]{{2,60}}?) (?P<verb>has|[a-z]{{2,}}[^\Wsui]s) "
    rf"(?:(?P<det>{_DETERMINER})\b)"
)
THIRD_PERSON = re.compile(r"^[A-Z]?[a-z]{2,}[^\Wsui]s$")
_DEFINED = re.compile(r"^(?:an?|the) \w", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\b(?:of|for|by|with|from|in|on|to|at|that|which|who|whose|where|built|trained|made)\b"
)
_VERB = re.compile(r" (?:is|are|was|were|has|have|can|may|must|should|will|do|does|needs?)\b")
POINTING = frozenset("it its they them their this these those that he she his her".split())
RELATIVE = frozenset("that which who when where if and or but what whether how why".split())
VAGUE = frozenset("there one each every all both some many most any other another".split())


def points(text: str) -> bool:
    """Whether a line begins by pointing at another: it says nothing alone."""
    first = [word.lower() for word in text.split()[:1]]
    return not first or first[0] in POINTING | VAGUE | FUNCTION_WORDS - {"a", "an", "the", "in"}


def stands_alone(fact: Fact) -> bool:
    """Whether a line is a sentence with a subject of its own."""
    sentence = first_sentence(fact.text)
    if fact.key or points(sentence) or THIRD_PERSON.match(sentence.partition(" ")[0]):
        return False
    verb = _VERB.search(sentence)
    head = sentence[: verb.start()].lower().split() if verb else []
    return bool(subject_of(sentence) or verb) and not RELATIVE & set(head)


def goes_on(fact: Fact) -> bool:
    """Whether a line goes on from its subject: a key and what it is, a verb, a definition."""
    sentence = first_sentence(fact.text)
    verb = THIRD_PERSON.match(sentence.partition(" ")[0])
    return bool(fact.key or verb or defines(sentence))


def as_told(fact: Fact) -> str:
    """A fact as a sentence: its own, or its subject and the verb or definition it goes on with.

    "" when it takes more than that to make one.
    """
    if stands_alone(fact):
        return fact.text
    subject = re.sub(r"\s*\([^()]*\)", "", fact.subject)
    if not subject or plural(subject) or not goes_on(fact):
        return ""
    rest = fact.text[:1].lower() + fact.text[1:]
    if THIRD_PERSON.match(rest.partition(" ")[0]):
        return f"{subject} {rest}"
    return f"{subject} is {rest}" if defines(fact.text) and fact.key in ("", subject) else ""


def first_sentence(text: str) -> str:
    """A text up to its first full stop, without it."""
    return re.split(r"(?<=[.;!?])\s", text)[0].rstrip(".;")


def defines(sentence: str) -> bool:
    """Whether it is a noun phrase, what a thing is, and no sentence about something else."""
    if not _DEFINED.match(sentence):
        return False
    head = sentence[: found.start()] if (found := _GOES_ON.search(sentence)) else sentence
    return not _VERB.search(head) and not DOES.match(f"{head} the")


def subject_of(text: str) -> str:
    """What a sentence is about, as far as its form tells."""
    sentence = first_sentence(text)
    found = IS.match(sentence) or DONE.match(sentence) or DOES.match(sentence)
    return found["who"] if found else ""


def plural(text: str) -> bool:
    """Whether the last word has the form of a plural."""
    last = text.rsplit(maxsplit=1)[-1].lower() if text.split() else ""
    if len(last) <= 3 or last in ("series", "species"):
        return False
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ics"))


def decapitalised(text: str, note: str) -> str:
    """A phrase in the middle of a sentence: its first word keeps a capital that is its own."""
    first, _, rest = text.partition(" ")
    if sum(c.isupper() or c.isdigit() for c in first) > 1 or not first[:1].isupper():
        return text
    if rest and looks_like_a_name(text):
        return text
    low = len(re.findall(rf"\b{re.escape(first.lower())}\b", note))
    own = len(re.findall(rf"(?<=[a-z,] ){re.escape(first)}\b", note))
    kept = own > low or (not low and not rest and not plural(first) and not first.endswith("ing"))
    return (
        text if kept and first.lower() not in FUNCTION_WORDS else f"{first.lower()} {rest}".strip()
    )


def base_form(verb: str) -> str:
    """`keeps` -> `keep`, `classifies` -> `classify`."""
    if verb == "has":
        return "have"
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes", "zes", "oes")) else verb[:-1]

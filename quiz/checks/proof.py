"""Checks of an item against the notes: its lines exist, its distractors are wrong."""

from __future__ import annotations

from collections.abc import Iterator

from core.practice import Check, Item, Option
from core.text import words
from core.types import Citation
from proof.claims import Claim, stands_among
from quiz.checks.context import Notes, found
from quiz.checks.item_text import denial, is_formula, keeps_order, normalised, same_text, unlabelled

HELD = 0.8
"""Share of the content words that makes a text said by a fact: four words of five, as short
facts have. Lower, facts of siblings that share their vocabulary are taken for each other."""
LEAST_WORDS = 2
"""With one word of a stem in the facts of the key there is nothing to compare; two must stand
together in one fact, because a concept with forty facts holds any two words somewhere."""
LONGEST_NAME = 6


def rationales(item: Item, notes: Notes) -> Check:
    """Every rationale, every key and the item itself cite lines that are there, word for word."""
    return found("rationales", next(_unproven(item, notes), ""))


def _unproven(item: Item, notes: Notes) -> Iterator[str]:
    for place, option in enumerate(item.options):
        key = place in item.key and item.kind != "true_false"
        if key and not option.rationale.strip():
            yield f"the key {option.text!r} has no rationale"
        if (key or option.rationale.strip()) and not option.citations:
            yield f"the rationale of {option.text!r} cites no line"
        yield from _missing(option.citations, notes)
    yield from _missing(item.citations, notes)
    if item.hint:
        yield from _missing((item.hint,), notes)


def _missing(citations: tuple[Citation, ...], notes: Notes) -> Iterator[str]:
    for citation in citations:
        if not _is_there(citation, notes):
            yield f"line {citation.first_line} of {citation.note} does not say {citation.quote!r}"


def _is_there(citation: Citation, notes: Notes) -> bool:
    numbers = range(citation.first_line, citation.last_line + 1)
    lines = [notes.line(citation.note, number) for number in numbers]
    quoted = [line.strip() for line in citation.quote.splitlines()]
    return any(quoted) and [line.strip() for line in lines if line is not None] == quoted


def not_also_true(item: Item, notes: Notes) -> Check:
    """No distractor is right as well, by the words of the notes.

    A property: no fact of the concept says it. A scenario: no distractor's facts fit the stem as
    well as the key's. A stem with NOT turns it round: no fact says the key. A cheap bound, by
    words; synonyms are left to the solver.
    """
    if item.kind in ("property", "two"):
        return found("not_also_true", next(_true_properties(item, notes), ""))
    if item.kind in ("scenario", "variant") and not denial(item.stem):
        return found("not_also_true", next(_fitting_concepts(item, notes), ""))
    return found("not_also_true", "")


def _true_properties(item: Item, notes: Notes) -> Iterator[str]:
    facts = notes.facts_of(item.concept)
    denied = bool(denial(item.stem))
    for place, option in enumerate(item.options):
        if (place in item.key) != denied:
            continue
        for fact in facts:
            if any(
                _says(fact, text, item.concept) for text in {option.text, unlabelled(option.text)}
            ):
                yield f"{option.text!r} is true of {item.concept}: {fact!r}"


def _says(fact: str, text: str, concept: str) -> bool:
    """Whether a fact holds what a text claims: all its numbers and names, most of its words."""
    if same_text(fact, text):
        return True
    if is_formula(text):
        return normalised(text) in "".join(fact.lower().split())
    claim, about = Claim.of(text), set(words(concept))
    asked = {token for token in claim.tokens if not stands_among(token, about)}
    known = _said((fact,))
    held = {token for token in asked if stands_among(token, known)}
    if len(asked) == 1:  # "Can be used for classification": the very word, in a short text
        return asked <= known and len(words(text)) <= LONGEST_NAME
    return (
        len(held) >= HELD * len(asked) > 0
        and not claim.hard & (asked - held)
        and claim.negative == Claim.of(fact).negative
        and keeps_order(text, fact)
    )


def _fitting_concepts(item: Item, notes: Notes) -> Iterator[str]:
    keys = [item.options[place] for place in item.key]
    known = set[str]().union(*(_said(_facts(key, notes)) for key in keys))
    asked = {token for token in Claim.of(item.stem).tokens if not notes.common(token)}
    fitting = {token for token in asked if stands_among(token, known)}
    if len(fitting) < LEAST_WORDS:
        return
    for place, option in enumerate(item.options):
        facts = () if place in item.key else _facts(option, notes)
        together = [facts] if len(fitting) > LEAST_WORDS else [(fact,) for fact in facts]
        held = max((_held(fitting, _said(some)) for some in together), default=0)
        if held >= HELD * len(fitting):
            yield f"{option.text!r} fits the stem too: {held} of {len(fitting)} words of the key's"


def _held(tokens: set[str], known: set[str]) -> int:
    return sum(stands_among(token, known) for token in tokens)


def _facts(option: Option, notes: Notes) -> tuple[str, ...]:
    return tuple(notes.facts_of(option.about or option.text))


def _said(facts: tuple[str, ...]) -> set[str]:
    return {word for fact in facts for word in (*words(fact), *Claim.of(fact).numbers)}

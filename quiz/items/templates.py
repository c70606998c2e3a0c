"""Items that code writes from the concept map: no model needed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from core.function_words import FUNCTION_WORDS
from core.practice import Concept, Fact, Item, Option
from core.text import words
from quiz.checks.options import LONGER, tells
from quiz.concepts.usage import VERBS
from quiz.items.options import (
    Choice,
    as_option,
    bare,
    build_item,
    fact_choice,
    labelled,
    name_choice,
    names_itself,
    quoted,
)
from quiz.items.scenario import three_of

SHORT, LONG = 3, 18
"""Words that a fact may have to be an option, one less under a sub-heading: "Product-product" alone
says nothing."""
STATEMENT = 4
"""Words that a statement needs to be true or false: "Visual Studio Code" is neither."""
EXAMPLE = re.compile(r"(?:for example|for instance|example|e\.g)\b", re.IGNORECASE)
_NO_NOUN = FUNCTION_WORDS - VERBS
"""Words of a heading that is half a sentence: "Choose it when"."""
_IT = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)


def can_be_option(fact: Fact, concept: Concept) -> bool:
    """Whether a fact reads well among others, is no mere example, and does not name its own
    concept."""
    length = len(words(fact.text))
    said = SHORT - bool(fact.heading) <= length <= LONG and not EXAMPLE.match(fact.text)
    return said and not names_itself(labelled(fact), concept)


def property_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """Which of these is true of the concept? Distractors: facts of its siblings."""
    if not can_be_option(fact, concept):
        return None
    wrong = _foreign_facts(concept, fact, related, 3)
    if len(wrong) < 3:
        return None
    shared = bool(fact.heading) and all(_same_heading(other, fact) for _, other in wrong)
    choices = [fact_choice(concept, fact, right=True, label=not shared)]
    choices += [fact_choice(sibling, other, label=not shared) for sibling, other in wrong]
    seed = rng.getrandbits(32)
    stem = property_stem(concept, fact.heading if shared else "")
    return build_item("property", "template", stem, choices, concept, [fact], seed=seed)


def two_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """Which TWO of these are true of the concept?"""
    same = [
        other
        for other in concept.facts
        if other is not fact
        and can_be_option(other, concept)
        and other.line != fact.line
        and not _alike(other.text, fact.text)
    ]
    same.sort(key=lambda other: (other.heading != fact.heading, _unlike(other, fact)))
    if not can_be_option(fact, concept) or not same:
        return None
    pair = [fact, same[0]]
    wrong = _foreign_to_both(concept, pair, related)
    if len(wrong) < 3:
        return None
    choices = [fact_choice(concept, one, right=True) for one in pair]
    choices += [fact_choice(sibling, other) for sibling, other in wrong]
    stem = f"Which TWO of these are true of {concept.name}? (Select TWO.)"
    seed = rng.getrandbits(32)
    return build_item("two", "template", stem, choices, concept, pair, seed=seed)


def true_false_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """A fact of the concept, or for half of the items a sibling's fact said of it."""
    if not can_be_option(fact, concept):
        return None
    strange = _foreign_facts(concept, fact, related, 1) if rng.random() < 0.5 else []
    own = fact_choice(concept, fact).option
    told = fact_choice(*strange[0]).option if strange else own
    if len(words(told.text)) < STATEMENT:
        return None
    stem = f"True or false: this is said of {concept.name}: {quoted(told.text)}"
    why = f"{told.text} belongs to {told.about}." if strange else own.rationale
    proofs = (*told.citations, *own.citations) if strange else own.citations
    choices = [
        Choice(Option("True", "" if strange else why, () if strange else proofs), not strange),
        Choice(
            Option("False", why, proofs, told.about) if strange else Option("False"), bool(strange)
        ),
    ]
    return build_item("true_false", "template", stem, choices, concept, [fact], citations=proofs)


def described_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """Which of these is described by the fact? The scenario kind when no model writes."""
    text = labelled(replace(fact, text=bare(fact.text, concept)))
    if len(words(fact.text)) < 4 or names_itself(text, concept) or len(related) < 3:
        return None
    wrong = [name_choice(other, other.facts[:2]) for other in three_of(related, concept)]
    if len(wrong) < 3:
        return None
    choices = [name_choice(concept, [fact], right=True), *wrong]
    stem = f"Which of these is described here: {quoted(text)}?"
    seed = rng.getrandbits(32)
    return build_item("scenario", "template", stem, choices, concept, [fact], seed=seed)


def property_stem(concept: Concept, shared: str) -> str:
    """The sub-heading of all options as the question, when it is one: "Where is it?".

    >>> concept = Concept("CSV", "n.txt", 1, (), ())
    >>> property_stem(concept, "Layout"), property_stem(concept, "Choose it when")
    ('Layout of CSV: which of these is right?', 'Choose it when: which of these belongs to CSV?')
    """
    heading = shared.rstrip(" ?:")
    if shared.endswith("?") and len(_IT.findall(heading)) == 1:
        name = concept.name + ("'s" if _IT.findall(heading)[0].lower() == "its" else "")
        return f"{_IT.sub(lambda _: name, heading)}?"
    if heading and _NO_NOUN.isdisjoint(words(heading)):
        return f"{heading} of {concept.name}: which of these is right?"
    if heading:
        return f"{heading}: which of these belongs to {concept.name}?"
    return f"Which of these is true of {concept.name}?"


def _foreign_facts(
    concept: Concept, fact: Fact, related: Sequence[Concept], count: int
) -> list[tuple[Concept, Fact]]:
    """Facts of siblings, one each, that stand under the same sub-heading if there are such.

    Those that look like the fact come first: a bracket or a number that only the key has, or a
    key among shorter texts, would tell it.
    """
    own = [other.text for other in concept.facts]
    pools: list[list[tuple[Concept, Fact]]] = [[], []]
    for sibling in related:
        fitting = [
            other
            for other in sibling.facts
            if can_be_option(other, sibling)
            and not names_itself(other.text, concept)
            and not any(_alike(other.text, text) for text in own)
        ]
        for place in (0, 1):
            same = [other for other in fitting if _same_heading(other, fact) != bool(place)]
            if same:
                pools[place].append((sibling, min(same, key=lambda o: _unlike(o, fact))))
                break
    chosen: list[tuple[Concept, Fact]] = []
    for pool in pools:
        for sibling, other in sorted(pool, key=lambda pair: _unlike(pair[1], fact)[0]):
            if len(chosen) < count and not any(_alike(other.text, o.text) for _, o in chosen):
                chosen.append((sibling, other))
    return chosen


def _foreign_to_both(
    concept: Concept, pair: Sequence[Fact], related: Sequence[Concept]
) -> list[tuple[Concept, Fact]]:
    """Three facts of siblings, one of them under the sub-heading of the second fact, if any is:
    what no other option is about would be a key."""
    first, second = (_foreign_facts(concept, fact, related, 3) for fact in pair)
    if len(first) < 3 or any(_same_heading(fact, pair[1]) for _, fact in first):
        return first
    like = [
        (sibling, fact)
        for sibling, fact in second
        if _same_heading(fact, pair[1])
        and not any(_alike(fact.text, other.text) for _, other in first)
    ]
    return [*first[:2], *(like or first[2:])[:1]]


def _same_heading(fact: Fact, other: Fact) -> bool:
    return fact.heading.lower() == other.heading.lower()


def _unlike(fact: Fact, key: Fact) -> tuple[int, float]:
    """How many marks of form a fact has other than the key, and how far it is from its length."""
    other, text = as_option(fact.text), as_option(key.text)
    shorter = len(text) > LONGER * len(other)
    return len(tells(other) ^ tells(text)) + shorter, abs(len(other) - len(text))


def _alike(text: str, other: str) -> bool:
    mine, theirs = set(words(text)), set(words(other))
    return len(mine & theirs) >= 0.6 * min(len(mine), len(theirs))

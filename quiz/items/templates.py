"""Items that code writes from the concept map: no model needed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from core.practice import Concept, Fact, Item, Option
from core.text import words
from quiz.checks.item_text import same_name
from quiz.checks.options import LONGER, tells
from quiz.concepts.concept_map import ConceptMap
from quiz.items.options import (
    Choice,
    as_option,
    bare,
    build_item,
    fact_choice,
    name_choice,
    names_itself,
    quoted,
)
from quiz.items.scenario import three_of

SHORT, LONG = 2, 18
"""Words that a fact may have to be an option."""
LONGEST_GAP = 24
"""Words around a gap; longer lines say several things at once."""
STATEMENT = 4
"""Words that a statement needs to be true or false: "Visual Studio Code" is neither."""
BLANK = "____"
_EXAMPLE = re.compile(r"(?:for example|for instance|example|e\.g)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?:\s?(?:%|[KMGT]B|years?|days?|hours?|minutes?))?(?!\w)"
)


def can_be_option(fact: Fact, concept: Concept) -> bool:
    """Whether a fact reads well among others, is no mere example, and does not name its own
    concept."""
    said = SHORT <= len(words(fact.text)) <= LONG and not _EXAMPLE.match(fact.text)
    return said and not names_itself(fact.text, concept)


def property_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """Which of these is true of the concept? Distractors: facts of its siblings."""
    if not can_be_option(fact, concept):
        return None
    wrong = _foreign_facts(concept, fact, related, 3, rng)
    if len(wrong) < 3:
        return None
    choices = [fact_choice(concept, fact, right=True), *wrong]
    seed = rng.getrandbits(32)
    stem = property_stem(concept, fact, wrong)
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
    wrong = _foreign_facts(concept, fact, related, 3, rng)
    if not can_be_option(fact, concept) or not same or len(wrong) < 3:
        return None
    pair = [fact, same[0]]
    choices = [*(fact_choice(concept, one, right=True) for one in pair), *wrong]
    stem = f"Which TWO of these are true of {concept.name}? (Select TWO.)"
    seed = rng.getrandbits(32)
    return build_item("two", "template", stem, choices, concept, pair, seed=seed)


def true_false_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """A fact of the concept, or for half of the items a sibling's fact said of it."""
    if not can_be_option(fact, concept):
        return None
    strange = _foreign_facts(concept, fact, related, 1, rng) if rng.random() < 0.5 else []
    own = fact_choice(concept, fact).option
    told = strange[0].option if strange else own
    if len(words(told.text)) < STATEMENT:
        return None
    stem = f"True or false: this is said of {concept.name}: {quoted(told.text)}"
    why = f"{told.text} belongs to {told.about}." if strange else own.rationale
    proofs = (*told.citations, *own.citations) if strange else own.citations
    choices = [
        Choice(Option("True", "" if strange else why, () if strange else proofs), not strange),
        Choice(Option("False", why if strange else "", proofs if strange else ()), bool(strange)),
    ]
    return build_item("true_false", "template", stem, choices, concept, [fact], citations=proofs)


def gap_item(concept: Concept, fact: Fact, known: ConceptMap, rng: random.Random) -> Item | None:
    """A fact with one name or figure left out; else the concept's own name before its fact."""
    text = as_option(bare(fact.text, concept))
    if len(words(text)) > LONGEST_GAP or _EXAMPLE.match(text):
        return None
    blanks = list(_blanks(text, concept, known))
    if blanks:
        blank, accepted = rng.choice(blanks)
        gapped = re.sub(rf"(?<!\w){re.escape(blank)}(?!\w)", BLANK, text, count=1)
        if re.search(rf"(?<!\w){re.escape(blank)}(?!\w)", gapped, re.IGNORECASE):
            return None
        stem = f"Fill the gap. {concept.name}: {quoted(gapped)}"
    elif len(words(text)) >= 5 and not names_itself(fact.text, concept) and concept.siblings:
        accepted = (concept.name, *concept.aliases)
        stem = f"Fill the gap with a name: {quoted(f'{BLANK}: {text}')}"
    else:
        return None
    return build_item("gap", "template", stem, (), concept, [fact], accepted=accepted)


def described_item(
    concept: Concept, fact: Fact, related: Sequence[Concept], rng: random.Random
) -> Item | None:
    """Which of these is described by the fact? The scenario kind when no model writes."""
    text = as_option(bare(fact.text, concept))
    if len(words(text)) < 4 or names_itself(text, concept) or len(related) < 3:
        return None
    wrong = [name_choice(other, other.facts[:2]) for other in three_of(related, concept)]
    if len(wrong) < 3:
        return None
    choices = [name_choice(concept, [fact], right=True), *wrong]
    stem = f"Which of these is described here: {quoted(text)}?"
    seed = rng.getrandbits(32)
    return build_item("scenario", "template", stem, choices, concept, [fact], seed=seed)


def property_stem(concept: Concept, fact: Fact, wrong: Sequence[Choice]) -> str:
    """The sub-heading as the question, when it is one: "What input does it expect?"."""
    heading = fact.heading.rstrip(" ?:")
    shared = heading and all(heading in choice.option.rationale for choice in wrong)
    if shared and fact.heading.endswith("?") and len(_IT.findall(heading)) == 1:
        name = concept.name + ("'s" if _IT.findall(heading)[0].lower() == "its" else "")
        return f"{_IT.sub(lambda _: name, heading)}?"
    if shared:
        return f"{heading}: which of these belongs to {concept.name}?"
    return f"Which of these is true of {concept.name}?"


def _foreign_facts(
    concept: Concept, fact: Fact, related: Sequence[Concept], count: int, rng: random.Random
) -> list[Choice]:
    """Facts of siblings, one each, that stand under the same sub-heading if there are such.

    Those that look like the fact come first: a bracket or a number that only the key has, or a
    key among shorter texts, would tell it.
    """
    own = [other.text for other in concept.facts]
    pools: list[list[tuple[tuple[int, float], Choice]]] = [[], []]
    for sibling in related:
        fitting = [
            other
            for other in sibling.facts
            if can_be_option(other, sibling)
            and not names_itself(other.text, concept)
            and not any(_alike(other.text, text) for text in own)
        ]
        for place in (0, 1):
            same = [
                o for o in fitting if (o.heading.lower() == fact.heading.lower()) != bool(place)
            ]
            if same:
                nearest = min(same, key=lambda o: _unlike(o, fact))
                pools[place].append((_unlike(nearest, fact), fact_choice(sibling, nearest)))
                break
    chosen: list[Choice] = []
    for pool in pools:
        for _, choice in sorted(pool, key=lambda pair: pair[0][0]):
            if len(chosen) < count and not any(
                _alike(choice.option.text, other.option.text) for other in chosen
            ):
                chosen.append(choice)
    return chosen


def _unlike(fact: Fact, key: Fact) -> tuple[int, float]:
    """How many marks of form a fact has other than the key, and how far it is from its length."""
    other, text = as_option(fact.text), as_option(key.text)
    shorter = len(text) > LONGER * len(other)
    return len(tells(other) ^ tells(text)) + shorter, abs(len(other) - len(text))


def _alike(text: str, other: str) -> bool:
    mine, theirs = set(words(text)), set(words(other))
    return len(mine & theirs) >= 0.6 * min(len(mine), len(theirs))


def _blanks(
    text: str, concept: Concept, known: ConceptMap
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What can be left out: figures, and names of other concepts, with what is accepted."""
    if len(words(text)) < 4:
        return
    for match in _FIGURE.finditer(text):
        yield match.group().strip(), (match.group().strip(),)
    own = {word for name in (concept.name, *concept.aliases) for word in words(name)}
    for other in known.concepts:
        for name in (other.name, *other.aliases):
            found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
            if not found or not name[0].isupper() or len(name) < 3 or set(words(name)) & own:
                continue
            if not any(same_name(name, mine) for mine in (concept.name, *concept.aliases)):
                yield name, tuple(dict.fromkeys((name, other.name, *other.aliases)))

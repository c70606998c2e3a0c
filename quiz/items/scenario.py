"""Scenario items: the model writes who needs what; the question and the options come from code."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import MalformedOutput
from core.practice import Check, Concept, Fact, Item
from core.text import shorten, words
from proof.claims import Claim, stands_among
from quiz.checks.item_text import hard_words, tokens
from quiz.checks.options import LONGER, SLACK
from quiz.concepts.concept_map import ConceptMap
from quiz.items.options import bare, build_item, finished, name_choice
from quiz.model import PracticeCalls

MASK = "THIS"
TOLD = 0.2
"""Share of the tested facts' content words that a scenario must hold; two of them at least."""
FITS = "Which of these fits best?"
NEEDED = (FITS, "Which of these should be chosen?", "Which of these meets the need?")
"""Questions behind a story in which something is needed; `FITS` is right behind any."""
_NEED = re.compile(r"\b(?:need|want|require|look|must)(?:s|ed|ing)?\b", re.IGNORECASE)
_MARKS = re.compile(r"`+|\*\*")
_CAMEL = re.compile(r"[a-z][A-Z]")
_SENTENCE = re.compile(r"\S.*?[.!?]+(?=\s|$)", re.DOTALL)


def scenario_item(
    concept: Concept,
    facts: Sequence[Fact],
    related: Sequence[Concept],
    calls: PracticeCalls,
    rng: random.Random,
    *,
    easy: bool = False,
) -> Item | None:
    """An item whose single answer is the concept; `facts[0]` is the one tested.

    Raises:
        MalformedOutput: the model wrote no scenario.
        ModelUnavailable: it cannot answer.
    """
    if len(three_of(related, concept)) < 3:
        return None
    told = [masked(fact.text, concept) for fact in facts]
    story = told_only(calls.scenario(concept.domain or "any", told, temperature=0.5))
    if len(words(story)) < 6 or MASK in story:
        raise MalformedOutput("The model wrote no scenario.")
    stem = asking(story, rng)
    free = [other for other in related if not _named(stem, other)]
    if len(free) > 3:
        free = _tempting(stem, concept, free, calls, rng, easy=easy)
    wrong = [name_choice(other, other.facts[:2]) for other in three_of(free, concept)]
    if len(wrong) < 3:
        return None
    choices = [name_choice(concept, facts, right=True), *wrong]
    seed = rng.getrandbits(32)
    return build_item("scenario", "model", stem, choices, concept, [facts[0]], seed=seed)


def _tempting(
    stem: str,
    concept: Concept,
    related: Sequence[Concept],
    calls: PracticeCalls,
    rng: random.Random,
    *,
    easy: bool,
) -> list[Concept]:
    """Distractors in the order in which somebody without the notes would choose them.

    The model is asked without lines, with every sibling among the options: what it takes for
    right is what a learner who has not read the notes would take too.
    """
    order = [concept.name, *(other.name for other in related)]
    rng.shuffle(order)
    shares = dict(zip(order, calls.choose(stem, order, ""), strict=True))
    return sorted(related, key=lambda other: shares[other.name], reverse=not easy)


def three_of(related: Sequence[Concept], concept: Concept) -> list[Concept]:
    """The first three, one of them no shorter than the key's name, so that length tells nothing.

    Empty when every other name is much shorter.
    """
    size = len(concept.name)
    chosen = list(related[:3])
    if not any(len(other.name) >= size for other in chosen):
        longer = [other for other in related[3:] if len(other.name) >= size]
        chosen = [*chosen[:2], *longer[:1]] if longer else chosen
    if not _hides(chosen, size):
        chosen = sorted(related, key=lambda other: -len(other.name))[:3]
    return chosen if _hides(chosen, size) else []


def _hides(chosen: Sequence[Concept], size: int) -> bool:
    """Whether a key of this many characters does not stand out among these names."""
    lengths = [len(other.name) for other in chosen]
    mean = sum(lengths) / max(len(lengths), 1)
    return size <= max(*lengths, LONGER * mean, mean + SLACK) if lengths else False


def _named(stem: str, concept: Concept) -> bool:
    held = f" {' '.join(words(stem))} "
    return any(f" {' '.join(words(name))} " in held for name in (concept.name, *concept.aliases))


def without(item: Item, rival: str, known: ConceptMap) -> Item | None:
    """A scenario with another sibling in place of a wrong option that fits it as well as the key.

    None when there is no other.
    """
    concept = known.find(item.concept)
    place = next((n for n, option in enumerate(item.options) if option.text == rival), -1)
    if concept is None or place < 0 or place in item.key:
        return None
    taken = {option.text for option in item.options}
    found = (known.find(name) for name in concept.siblings)
    for other in found:
        if other and other.facts and other.name not in taken and not _named(item.stem, other):
            options = list(item.options)
            options[place] = name_choice(other, other.facts[:2]).option
            return finished(replace(item, options=tuple(options)))
    return None


def asking(story: str, rng: random.Random) -> str:
    """A scenario with its question: "should be chosen" makes sense only where somebody needs it.

    >>> asking("A team sees that the score of its model falls.", random.Random(1))
    'A team sees that the score of its model falls. Which of these fits best?'
    """
    return f"{story} {rng.choice(NEEDED) if _NEED.search(story) else FITS}"


def told_only(text: str) -> str:
    """A scenario without the question the model may have put behind it, nor marks of a format."""
    found = [match.group().strip() for match in _SENTENCE.finditer(_MARKS.sub("", text))]
    return " ".join(sentence for sentence in found if not sentence.endswith("?"))


def masked(text: str, concept: Concept) -> str:
    """A fact with the concept's name and its parts replaced, so that a stem cannot name it."""
    text = shorten(bare(text, concept), 180)
    names = {concept.name, *concept.aliases}
    for name in tuple(names):
        parts = name.split()
        names.update(part for part in parts if len(part) > 3 or part.isupper())
        names.update(" ".join(parts[1:]) for _ in parts[1:2])
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s|s)?(?!\w)", MASK, text, flags=re.I)
    return re.sub(rf"{MASK}(?:[\s-]+{MASK})+", MASK, text)


def adds_no_names(
    stem: str, facts: Sequence[Fact], field: str, in_notes: Callable[[str], bool]
) -> Check:
    """`grounded`: a scenario names nothing of the notes, and no product, but what its facts name.

    Other names are decoration: "a shop in Berlin". The field may be abbreviated: "an ML engineer".
    """
    told = {
        word for fact in facts for word in tokens(f"{' '.join(fact.line.path)} {fact.line.text}")
    }
    short = "".join(word[0] for word in words(field))
    added = [
        word
        for word in sorted(hard_words(stem) - told)
        if not word[0].isdigit()
        and word not in short
        and not stands_among(word, told)
        and (in_notes(word) or _CAMEL.search(_as_written(stem, word)))
    ]
    return Check("grounded", not added, f"the facts do not name {added[0]!r}" if added else "")


def _as_written(stem: str, word: str) -> str:
    found = re.search(rf"\b{re.escape(word)}", stem, re.IGNORECASE)
    return found.group() if found else ""


def holds_facts(stem: str, facts: Sequence[Fact]) -> Check:
    """`grounded`: a scenario holds enough of what the facts say to have one answer."""
    claimed = set().union(*(Claim.of(fact.text).tokens for fact in facts))
    said = set(words(stem))
    held = {token for token in claimed if stands_among(token, said)}
    enough = len(held) >= max(2, TOLD * len(claimed))
    detail = "" if enough else f"the stem holds {len(held)} of {len(claimed)} words of the facts"
    return Check("grounded", enough, detail)

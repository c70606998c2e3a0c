"""Gaps: a fact with a figure or a name left out, typed by the learner. Code writes them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from core.practice import Concept, Fact, Item
from core.text import words
from quiz.checks.name_text import same_name
from quiz.concepts.concept_map import ConceptMap
from quiz.items.options import as_option, bare, build_item, label_of, names_itself, quoted, under
from quiz.items.templates import EXAMPLE

LONGEST = 24
"""Words around a gap; longer lines say several things at once."""
BLANK = "____"
_FIGURE = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?:\s?(?:%|[KMGT]B|years?|days?|hours?|minutes?))?(?!\w)"
)


def gap_item(concept: Concept, fact: Fact, known: ConceptMap, rng: random.Random) -> Item | None:
    """A fact with one name or figure left out; else the concept's own name before its fact."""
    text = as_option(bare(fact.text, concept))
    if len(words(text)) > LONGEST or EXAMPLE.match(text):
        return None
    label = label_of(fact)
    blanks = list(_blanks(text, concept, known))
    if blanks:
        blank, accepted = rng.choice(blanks)
        gapped = re.sub(rf"(?<!\w){re.escape(blank)}(?!\w)", BLANK, text, count=1)
        if re.search(rf"(?<!\w){re.escape(blank)}(?!\w)", gapped, re.IGNORECASE):
            return None
        stem = f"Fill the gap. {concept.name}: {quoted(label + gapped)}"
    elif (
        len(words(text)) >= 5 and not names_itself(label + fact.text, concept) and concept.siblings
    ):
        accepted = (concept.name, *concept.aliases)
        stem = f"Fill the gap with a name: {quoted(f'{under(BLANK, fact)}: {text}')}"
    else:
        return None
    return build_item("gap", "template", stem, (), concept, [fact], accepted=accepted)


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

"""Options and items from concepts and facts: what each says, and the lines that prove it."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.practice import Concept, Fact, Item, ItemKind, Option, Origin
from core.text import shorten, words
from core.types import Citation
from quiz.checks.item_text import LABEL, tokens
from quiz.checks.name_text import abbreviations, initials, spells_out
from quiz.concepts.facts import fact_key
from retrieval.citations import cite

RATIONALE = 220
"""Characters of a rationale; the line itself is a click away."""
_AS_WRITTEN = re.compile(
    r"\w*[\d_]|[\w-]+[.:@\\][\w*/]|\w+[\[{|^=*<>]|\w+\((?!s\))|\w+:|\w+\s(?:[*/+^=<>≤≥]=?|-)\s"
)
"""`p2`, `nginx.conf`, `s3:GetObject`, `max(a, b)`, `serve: ...`, `y = ...`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option before the options are put in order."""

    option: Option
    right: bool = False


def name_choice(concept: Concept, facts: Sequence[Fact], *, right: bool = False) -> Choice:
    """The option that is a concept; its rationale is what the notes say of it."""
    labels = [label_of(fact) for fact in facts]
    told = [
        ("" if label == before else label) + bare(fact.text, concept)
        for fact, label, before in zip(facts, labels, [*labels[:1], *labels], strict=False)
    ]
    *first, last = told or [""]
    said = "; ".join([*(text.rstrip(" .;") for text in first), last])
    name = under(concept.name, facts[0]) if facts else concept.name
    lines = dict.fromkeys(cite(1, fact.line) for fact in facts)
    rationale = shorten(f"{name}: {said}", RATIONALE)
    return Choice(Option(concept.name, rationale, tuple(lines), concept.name), right)


def fact_choice(concept: Concept, fact: Fact, *, right: bool = False, label: bool = True) -> Choice:
    """The option that is a fact; its rationale names the concept it belongs to.

    With its `label`, unless the stem says it of all options.
    """
    under = f" ({fact.heading})" if fact.heading and len(words(fact.heading)) <= 8 else ""
    rationale = shorten(f"{concept.name}{under}: {fact.text}", RATIONALE)
    text = labelled(fact) if label else as_option(fact.text)
    return Choice(Option(text, rationale, (cite(1, fact.line),), concept.name), right)


def under(name: str, fact: Fact) -> str:
    """A name with the label of its fact: "Swish (Use)"."""
    label = label_of(fact).removesuffix(": ")
    return f"{name} ({label})" if label else name


def labelled(fact: Fact) -> str:
    """A fact as an option, behind what it is a fact of: "Use: Very deep networks".

    Without it, such a fact says nothing that is true or false. A heading that asks is no label.
    """
    return f"{label_of(fact)}{as_option(fact.text)}"


def label_of(fact: Fact) -> str:
    """The heading of a fact as what stands before it; "" when it asks, or is long."""
    heading = fact.heading.rstrip(" :")
    label = heading and not heading.endswith("?") and len(words(heading)) <= LABEL
    return f"{heading}: " if label else ""


def as_option(text: str) -> str:
    """A fact as an option: no end mark, a capital first unless it begins with code or a formula.

    >>> as_option("one bucket."), as_option("nginx.conf: the web server."), as_option("y = 2 * x")
    ('One bucket', 'nginx.conf: the web server', 'y = 2 * x')
    """
    text = text.rstrip(" .;,!")
    first = text.split(" ", 1)[0]
    written = any(c.isupper() for c in first[1:]) or _AS_WRITTEN.match(text)
    return text if written else text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """A text in quotes; its own quotes become inner ones: “sets ‘off’ as the default”."""
    if text.count("“") == text.count("”") and text.count('"') % 2 == 0:
        text = re.sub(r'"([^"]*)"', r"‘\1’", text.replace("“", "‘").replace("”", "’"))
    return f"“{text}”"


def bare(text: str, concept: Concept) -> str:
    """A fact without the concept's own name before it."""
    for name in (concept.name, *concept.aliases):
        match = re.match(rf"{re.escape(name)}\s*[:=–—-]+\s*", text, re.IGNORECASE)
        if match:
            return text[match.end() :]
    return text


def names_itself(text: str, concept: Concept) -> bool:
    """Whether a fact gives away which concept it belongs to: by name, initials, or a long form."""
    held, short = {*words(text), *tokens(text)}, abbreviations(text)
    own = (*words(concept.name), *tokens(concept.name))
    if any(len(word) > 4 and word in held for word in own):
        return True
    return any(
        set(words(name)) <= held or initials(name) & short or spells_out(text, name)
        for name in (concept.name, *concept.aliases)
    )


def build_item(
    kind: ItemKind,
    origin: Origin,
    stem: str,
    choices: Sequence[Choice],
    concept: Concept,
    facts: Sequence[Fact],
    *,
    citations: Iterable[Citation] = (),
    accepted: tuple[str, ...] = (),
    seed: int = 0,
    tested: tuple[str, ...] = (),
) -> Item:
    """An item with its options shuffled by `seed` and its citations numbered.

    `facts` are those tested; the hint is another fact of the concept. `tested` replaces their
    keys, for questions that test more than a fact of the map.
    """
    ordered = list(choices)
    if kind != "true_false":
        random.Random(seed).shuffle(ordered)
    proofs = tuple(dict.fromkeys((*citations, *(cite(1, fact.line) for fact in facts))))
    item = Item(
        id="",
        kind=kind,
        origin=origin,
        stem=stem,
        options=tuple(choice.option for choice in ordered),
        key=tuple(place for place, choice in enumerate(ordered) if choice.right),
        concept=concept.name,
        facts=tested or tuple(fact_key(concept.name, fact.text) for fact in facts),
        citations=proofs,
        accepted=accepted,
        path=concept.path,
        domain=concept.domain,
    )
    return finished(replace(item, hint=hint(item, concept, facts)))


def finished(item: Item) -> Item:
    """The same item with the id that its texts give it, and its cited lines numbered."""
    texts = [option.text for option in item.options]
    told = [item.kind, item.stem, *sorted(texts), *item.accepted]
    told += sorted(texts[place] for place in item.key)
    data = "\0".join(told).encode("utf-8", "replace")
    return number(replace(item, id=hashlib.blake2b(data, digest_size=8).hexdigest()))


def placed(item: Item, place: int) -> Item:
    """The same item with its single key at a place, the other options shuffled by its own seed."""
    (key,) = item.key
    options = [option for n, option in enumerate(item.options) if n != key]
    random.Random(item.id).shuffle(options)
    options.insert(place, item.options[key])
    return number(replace(item, options=tuple(options), key=(place,)))


def number(item: Item) -> Item:
    """The same item with each cited line numbered once, from 1."""
    numbers: dict[tuple[str, int], int] = {}

    def renumbered(citations: Iterable[Citation]) -> tuple[Citation, ...]:
        return tuple(
            replace(c, number=numbers.setdefault((c.note, c.first_line), len(numbers) + 1))
            for c in citations
        )

    proofs = renumbered(item.citations)
    options = tuple(replace(o, citations=renumbered(o.citations)) for o in item.options)
    told = renumbered((item.hint,))[0] if item.hint else None
    return replace(item, citations=proofs, options=options, hint=told)


def hint(item: Item, concept: Concept, used: Sequence[Fact]) -> Citation | None:
    """A line on the concept that narrows the choice: it names no option, and is not the proof."""
    proofs = {(c.note, c.first_line) for c in item.citations}
    names = [set(words(option.text)) for option in item.options]
    names += [set(words(text)) for text in (*item.accepted, concept.name)]
    for fact in concept.facts:
        line, said = fact.line, set(words(fact.line.text))
        if (line.note, line.number) in proofs or fact in used or len(said) < 3:
            continue
        if not any(name and name <= said for name in names):
            return cite(1, line)
    return None

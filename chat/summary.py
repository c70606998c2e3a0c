"""A note in two sentences by a model, each proven by a fact of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from chat.facts import Fact, NoteFacts
from chat.phrases import as_told, goes_on, stands_alone
from core.function_words import FUNCTION_WORDS
from core.text import shorten, words
from core.types import Evidence, EvidenceLine, Sentence
from prompts import load_prompt
from proof.claims import Claim, stands_among
from proof.sentences import Draft, SentenceStream
from proof.support import SupportCheck
from providers.descent import Descent
from retrieval.citations import resolve
from retrieval.lexical import same_word
from retrieval.retriever import Retriever

LINES = 5
"""Facts that the model reads, of as many main headings as can be."""
FEW = 3
"""Facts right under the headings of a section, below which its other sentences count too."""
CANDIDATES = 8
"""Facts of each main heading of which the nearest to the note's subject is taken."""
LONGEST = 160
TOKENS = 140
SENTENCES = 2
SHORTEST_SENTENCE, LONGEST_SENTENCE = 4, 28
"""Words."""
LONG_FACT = 25
"""Words; a longer fact does not fit a sentence and is told only when nothing else is there."""
ITEMS = 4
"""Commas and semicolons of a sentence; with more it is a list that was pasted."""
TOLD = 0.7
"""Share of a fact's words that its sentence must hold: a few of them may say anything."""
IN_ORDER = 0.75
"""Share of the words they have in common that must stand in the same order in both."""
NEAR = 0.6
"""Cosine of a sentence to its fact under its heading."""


def evidence_of(retriever: Retriever, note: NoteFacts) -> Evidence:
    """The facts that tell most of what a note is about, numbered, in its order.

    The title is no proof: their headings begin below it.
    """
    chosen = sorted(_spread(retriever, note), key=lambda fact: fact.line.number)
    return Evidence(
        tuple(
            EvidenceLine(n, replace(fact.line, path=fact.path), _shown(fact))
            for n, fact in enumerate(chosen, 1)
        )
    )


def _shown(fact: Fact) -> str:
    """A fact as the model reads it: under its subject, unless it is a sentence of its own."""
    said = f"{fact.key}: {fact.text}" if fact.key else fact.text
    above = fact.subject not in ("", fact.key) and not stands_alone(fact)
    return shorten(f"{fact.subject}: {said}" if above else said, LONGEST)


def _spread(retriever: Retriever, note: NoteFacts) -> list[Fact]:
    """The best fact of every main heading, then the second of each, and so on."""
    main = note.main(LINES)
    subject = " ".join(note.title) or ", ".join(main)
    ranked: list[list[Fact]] = []
    for section in main:
        facts = note.sections[section]
        telling = _telling(facts) or facts
        clear = [f for f in telling if as_told(f)] or [f for f in facts if as_told(f)] or telling
        plain = [f for f in clear if len(words(f.text)) <= LONG_FACT] or clear
        some = plain[:CANDIDATES] if len(main) > 1 else _evenly(plain, 2 * LINES)
        near = retriever.nearness(f"{subject}: {section}", [_shown(fact) for fact in some])
        order = sorted(range(len(some)), key=lambda i: -near[i])
        ranked.append([some[i] for i in order])
    rounds = (fact for turn in zip_longest(*ranked) for fact in turn if fact is not None)
    return [fact for _, fact in zip(range(LINES), rounds, strict=False)]


def _telling(facts: Sequence[Fact]) -> list[Fact]:
    """Facts that say what they are about: the first that goes on from each heading; sentences."""
    begun: set[tuple[str, ...]] = set()
    first = []
    for fact in facts:
        if fact.subject and fact.path not in begun and goes_on(fact):
            first.append(fact)
        begun.add(fact.path)
    if len(first) >= FEW:
        return first
    return [fact for fact in facts if fact in first or stands_alone(fact)]


def _evenly(facts: Sequence[Fact], count: int) -> list[Fact]:
    step = max(1, len(facts) // count)
    return list(facts[::step][:count])


def summarise(descent: Descent, retriever: Retriever, note: NoteFacts) -> tuple[Sentence, ...]:
    """At most two sentences that say what their lines say; none when the model writes none such.

    Raises:
        ModelUnavailable, MalformedOutput: the model cannot answer.
    """
    evidence = evidence_of(retriever, note)
    if not evidence.items:
        return ()
    lines = "\n".join(f"[{item.number}] {item.text}" for item in evidence.items)
    messages = load_prompt("summary", "lines").messages(lines=lines)
    told = descent.complete(messages, max_tokens=TOKENS).text
    return tuple(
        _apart([*_proven(told, evidence, retriever), *_own_words(evidence, note)], evidence)
    )


def _proven(text: str, evidence: Evidence, retriever: Retriever) -> Iterator[Sentence]:
    check, stream = SupportCheck("", evidence, retriever.vocabulary), SentenceStream()
    for draft in [*stream.feed(text), *stream.close(cut=True)]:
        verdict = check.check(draft.text, draft.cited)
        item = evidence.get(verdict.numbers[0]) if len(verdict.numbers) == 1 else None
        if item is None or not (reads_well(draft) and says_the_line(draft.text, item)):
            continue
        if retriever.nearness(draft.text, [item.text])[0] >= NEAR:
            yield Sentence(draft.text, resolve(evidence, verdict.numbers))


def _own_words(evidence: Evidence, note: NoteFacts) -> Iterator[Sentence]:
    """Lines that make a sentence as they stand, when the model's own do not hold."""
    facts = {fact.line.number: fact for fact in note.facts}
    for item in evidence.items:
        text = f"{as_told(facts[item.line.number]).rstrip('.;')}."
        if text[:1].isupper() and reads_well(Draft(text)):
            yield Sentence(text, resolve(evidence, [item.number]))


def _apart(sentences: Sequence[Sentence], evidence: Evidence) -> list[Sentence]:
    """Two of them, of different main headings when there are such, in the order of the note."""
    first: dict[str, Sentence] = {}
    places = {item.line.number: item.path[:1] for item in evidence.items}
    for sentence in sentences:
        first.setdefault(str(places[sentence.citations[0].first_line]), sentence)
    lines: dict[int, Sentence] = {}
    for sentence in (*first.values(), *sentences):
        lines.setdefault(sentence.citations[0].first_line, sentence)
    chosen = list(lines)[:SENTENCES]
    return [lines[number] for number in sorted(chosen)]


def reads_well(draft: Draft) -> bool:
    """Whether it is one sentence of reasonable length, and no list."""
    count = len(words(draft.text))
    return (
        SHORTEST_SENTENCE <= count <= LONGEST_SENTENCE
        and draft.text.endswith(".")
        and "…" not in draft.text
        and not re.search(r"\s[-–—*•]\s|:|\n", draft.text)
        and draft.text.count(",") + draft.text.count(";") <= ITEMS
    )


def says_the_line(text: str, item: EvidenceLine) -> bool:
    """Whether a sentence says what its line says, about what the line is about.

    It holds most of the line, in the line's order, and one word at most that the line and its
    headings have not; and it names the subject that the line was shown under.
    """
    said, told = Claim.of(text).tokens, Claim.of(item.line.text).tokens
    line, above = set(words(item.line.text)), set(words(" ".join(item.path)))
    stray = [w for w in said if not stands_among(w, line | above)]
    body = [w for w in said if stands_among(w, line)]
    if len(stray) > (1 if len(said) >= 6 else 0) or len(body) < max(2, len(said) / 2):
        return False
    kept = [w for w in told if stands_among(w, set(words(text)))]
    if len(kept) < TOLD * len(told):
        return False
    mine, theirs = _ordered(text, item.line.text)
    if _in_common(mine, theirs) < IN_ORDER * min(len(mine), len(theirs)):
        return False
    first = [w for w in words(item.line.text) if w not in FUNCTION_WORDS][:1]
    if ":" not in item.line.text and first and not any(same_word(first[0], w) for w in words(text)):
        return False
    subject, _, rest = item.text.partition(": ")
    return not (rest and item.path) or _names(text, subject)


def _names(text: str, heading: str) -> bool:
    own = [w for w in words(re.sub(r"\(.*?\)", "", heading)) if w not in FUNCTION_WORDS]
    found = set(words(text))
    return bool(own) and all(stands_among(w, found) for w in own)


def _ordered(text: str, other: str) -> tuple[list[str], list[str]]:
    """The words that both have, in the order of each."""
    mine, theirs = words(text), words(other)
    plain = FUNCTION_WORDS
    known, also = set(mine) - plain, set(theirs) - plain
    both = known & also
    return [w for w in mine if w in both], [w for w in theirs if w in both]


def _in_common(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for word in mine:
        before = 0
        for place, other in enumerate(theirs, 1):
            before, row[place] = (
                row[place],
                (before + 1 if word == other else max(row[place], row[place - 1])),
            )
    return row[-1]

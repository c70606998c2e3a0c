"""A note in two sentences by a model, each proven by lines of it, and questions it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from core.text import shorten
from core.types import Evidence, EvidenceLine, Line, Sentence
from prompts import load_prompt
from proof.claims import names_unknown
from proof.sentences import SentenceStream
from proof.support import SupportCheck
from providers.descent import Descent
from retrieval.citations import resolve
from retrieval.evidence import render
from retrieval.retriever import Retriever

LINES = 10
"""Lines that the model reads: short enough for a small one, the first under each heading."""
LONGEST = 160
TOKENS = 150
SENTENCES = 2
QUESTIONS = 3
_QUESTION = re.compile(r"^\s*(?:Q\s*\d*\s*[:.)]|\d+[.)])\s*(.+\?)\s*$", re.MULTILINE)


def evidence_of(retriever: Retriever, lines: Sequence[Line]) -> Evidence:
    """The lines that tell most of what a note is about, numbered."""
    asked = retriever.index.asked
    plain = [line for line in lines if line.path and (line.note, line.number) not in asked]
    chosen = list(islice(_spread(plain), LINES))
    chosen.sort(key=lambda line: line.number)
    return Evidence(
        tuple(
            EvidenceLine(
                number,
                line,
                shorten(" ".join(line.text.split()), LONGEST),
                retriever.context(retriever.row(line)),
            )
            for number, line in enumerate(chosen, 1)
        )
    )


def _spread(lines: Sequence[Line]) -> Iterator[Line]:
    """The first line under every heading, then the second of each, and so on."""
    under: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if len(line.text.split()) > 2:
            under.setdefault(line.path, []).append(line)
    depth = 0
    while any(len(group) > depth for group in under.values()):
        yield from (group[depth] for group in under.values() if len(group) > depth)
        depth += 1


def summarise(
    descent: Descent, retriever: Retriever, lines: Sequence[Line]
) -> tuple[tuple[Sentence, ...], tuple[str, ...]]:
    """Sentences that their lines support, and questions about what the notes name.

    Raises:
        ModelUnavailable, MalformedOutput: the model cannot answer.
    """
    evidence = evidence_of(retriever, lines)
    if not evidence.items:
        return (), ()
    messages = load_prompt("summary", "lines").messages(lines=render(evidence))
    text = descent.complete(messages, max_tokens=TOKENS).text
    told, _, _ = text.partition("Q:")
    return tuple(_proven(told, evidence, retriever)), tuple(_askable(text, retriever))


def _proven(text: str, evidence: Evidence, retriever: Retriever) -> Iterator[Sentence]:
    check, stream, found = SupportCheck("", evidence, retriever.vocabulary), SentenceStream(), 0
    for draft in [*stream.feed(text), *stream.close()]:
        verdict = check.check(draft.text, draft.cited)
        if verdict.supported and found < SENTENCES:
            found += 1
            yield Sentence(draft.text, resolve(evidence, verdict.numbers))


def _askable(text: str, retriever: Retriever) -> Iterator[str]:
    for question in list(dict.fromkeys(_QUESTION.findall(text)))[:QUESTIONS]:
        if 3 <= len(question.split()) <= 25 and not names_unknown(question, retriever.vocabulary):
            yield question

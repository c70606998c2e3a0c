"""Values of practice -> the JSON that the command line prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from core.practice import Concept, Decision, Explanation, OptionNote, Pasted
from core.types import Citation
from quiz.items.maker import Made
from ui.judged import letter

_UNDECIDED = OptionNote("undecided", silent=True)


def pasted_record(
    pasted: Pasted, decision: Decision, explanation: Explanation | None
) -> dict[str, Any]:
    """A pasted question taken apart, decided and explained; places as letters from A."""
    notes = explanation.options if explanation is not None else ()
    return {
        "parsed": {
            "stem": pasted.stem,
            "options": list(pasted.options),
            "select": pasted.select,
            "mine": _letters(pasted.mine),
            "given": _letters(pasted.given),
            "problems": list(pasted.problems),
        },
        "key": _letters(decision.key),
        "key_texts": [pasted.options[n] for n in decision.key if n < len(pasted.options)],
        "key_source": decision.source,
        "confidence": round(decision.confidence, 3),
        "deciding": _citations(decision.citations),
        "options": [
            _option(place, text, notes[place] if place < len(notes) else _UNDECIDED)
            for place, text in enumerate(pasted.options)
        ],
        "why": " ".join(s.text for s in explanation.summary) if explanation else "",
        "answered_by": explanation.answered_by if explanation else "",
        "notice": explanation.notice if explanation else "",
    }


def concept_record(concept: Concept) -> dict[str, Any]:
    """A concept as `python app.py concepts --json` prints it."""
    return {
        "name": concept.name,
        "aliases": list(concept.aliases),
        "note": concept.note,
        "line": concept.line,
        "path": list(concept.path),
        "domain": concept.domain,
        "score": concept.score,
        "siblings": list(concept.siblings),
        "facts": [
            {"text": f.text, "heading": f.heading, "note": f.line.note, "line": f.line.number}
            for f in concept.facts
        ],
    }


def made_record(made: Made) -> dict[str, Any]:
    """An attempt with its checks; `key` as letters, `seconds` it took."""
    item = made.item
    record = asdict(item)
    record["key"] = [letter(at) for at in item.key]
    record["answer"] = item.answer
    record["accepted"] = made.accepted
    record["accepted_answers"] = list(item.accepted)
    record["checks"] = [asdict(check) for check in made.checks]
    record["seconds"] = round(made.seconds, 2)
    return record


def _option(place: int, text: str, note: OptionNote) -> dict[str, Any]:
    cited = (citation for sentence in note.sentences for citation in sentence.citations)
    return {
        "letter": letter(place),
        "text": text,
        "verdict": note.verdict,
        "explanation": " ".join(sentence.text for sentence in note.sentences),
        "silent": note.silent,
        "citations": _citations(dict.fromkeys(cited)),
    }


def _letters(places: Iterable[int]) -> list[str]:
    return [letter(place) for place in places]


def _citations(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """Each place in the notes once."""
    return [
        {
            "note": citation.note,
            "first_line": citation.first_line,
            "last_line": citation.last_line,
            "quote": citation.quote,
        }
        for citation in citations
    ]

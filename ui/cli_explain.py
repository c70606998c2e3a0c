"""The command `explain`: exam questions that were pasted, every option from the notes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TextIO

from core.errors import NoteproofError
from core.practice import Decision, Explanation, Pasted
from quiz.paste.key import letter
from ui.ports import Explainer
from ui.records import dump, read_texts
from ui.records_practice import pasted_record
from ui.terminal import places, sentence_text


def explain_pasted(explainer: Explainer, stdin: TextIO, *, batch: bool, as_json: bool) -> None:
    """What stands on standard input: one question, or a batch of them as JSON lines."""
    if batch:
        explain_batch(explainer, stdin)
        return
    if stdin.isatty():
        print("Paste the question, then press Ctrl-D.", file=sys.stderr)
    explain_text(explainer, stdin.read(), as_json=as_json)


def explain_text(explainer: Explainer, text: str, *, as_json: bool) -> None:
    """One pasted question: as JSON, or read aloud option by option."""
    pasted, decision, explanation = _explained(explainer, text)
    if as_json:
        print(dump(pasted_record(pasted, decision, explanation)))
        return
    for problem in pasted.problems:
        print(f"Unclear: {problem}")
    if pasted.problems:
        return
    key = ", ".join(letter(at) for at in decision.key) or "not decided by your notes"
    sure = f", {decision.confidence:.0%} sure" if decision.source == "notes" else ""
    print(f"{pasted.stem}\n\nAnswer: {key} ({decision.source}{sure}){places(decision.citations)}")
    for at, (option, note) in enumerate(zip(pasted.options, explanation.options, strict=True)):
        print(f"\n{letter(at)}. {option}  [{note.verdict}]")
        said = [sentence_text(sentence) for sentence in note.sentences]
        print("   " + ("\n   ".join(said) or "Your notes say nothing about this option."))
    if explanation.notice:
        print(f"\n{explanation.notice}")


def explain_batch(explainer: Explainer, rows: Iterable[str]) -> None:
    """JSON lines `{"id", "text"}` in, one record each out, in order."""
    for request in read_texts(rows):
        record: dict[str, Any] = {"id": request.id}
        try:
            if request.error:
                raise NoteproofError(request.error)
            record |= pasted_record(*_explained(explainer, request.text))
        except NoteproofError as error:
            record["error"] = str(error)
        print(dump(record), flush=True)


def _explained(explainer: Explainer, text: str) -> tuple[Pasted, Decision, Explanation]:
    """A text taken apart, decided and explained; with problems it is only taken apart."""
    pasted = explainer.parse(text)
    if pasted.problems:
        return pasted, Decision(), Explanation(done=True)
    decision = explainer.decide(pasted)
    steps = list(explainer.explain(pasted, decision))
    return pasted, decision, steps[-1]

"""Practice in a terminal: concepts, a quiz, an explained question."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from core.errors import NoteproofError
from core.practice import Concept, Decision, Explanation, Item, Pasted, Response, Scope
from core.types import Citation
from quiz.concepts.concept_map import ConceptMap
from quiz.items.maker import Made
from quiz.paste.key import letter
from study.practice import Practice
from ui.ports import Explainer
from ui.records import dump, read_texts
from ui.records_practice import pasted_record
from ui.terminal import place, sentence_text

SHORTEST = 0.4
"""Seconds between two looks for an item that is being made."""


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


def print_concepts(known: ConceptMap, *, as_json: bool) -> None:
    """The map, one concept a block or one JSON line each."""
    for concept in known.concepts:
        if as_json:
            print(dump(concept_record(concept)))
            continue
        also = f" ({', '.join(concept.aliases)})" if concept.aliases else ""
        print(f"{concept.name}{also}  [{concept.domain}]  {concept.note}:{concept.line}")
        for fact in concept.facts:
            under = f"{fact.heading}: " if fact.heading else ""
            print(f"    {under}{fact.text}  {fact.line.note}:{fact.line.number}")
        if concept.siblings:
            print(f"    beside: {', '.join(concept.siblings)}")
    if not as_json and not known.concepts:
        print("No concepts: the notes have no headings with lines under them and no definitions.")


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


def item_text(made: Made) -> str:
    """An attempt for reading: kind, level, seconds, stem, options with the key marked."""
    item, failed = made.item, [check for check in made.checks if not check.passed]
    why = f"REJECTED by {failed[0].name}: {failed[0].detail}" if failed else "accepted"
    guess = {True: ", guessable", False: ", needs the notes", None: ""}[item.guessable]
    rows = [f"\n{item.kind}, {item.difficulty}{guess}, {made.seconds:.1f} s, {why}", item.stem]
    rows += [
        f"  {'*' if at in item.key else ' '} {letter(at)}. {option.text}"
        for at, option in enumerate(item.options)
    ]
    rows += [f"  = {answer}" for answer in item.accepted]
    return "\n".join([*rows, f"  ({item.concept}){_places(item.citations)}"])


def print_items(practice: Practice, scope: Scope, count: int, *, with_rejected: bool) -> None:
    """`count` accepted items as JSON lines, with those rejected on the way if they are wanted."""

    def show(made: Made) -> None:
        if with_rejected:
            print(dump(made_record(made)), flush=True)

    for made in practice.generate(scope, count, show):
        print(dump(made_record(made)), flush=True)


def quiz_in_terminal(practice: Practice, scope: Scope, count: int) -> None:
    """One question after the other until `count` are answered or the learner types q."""
    practice.prepare(scope)
    right = asked = 0
    while asked < count:
        item = _wait_for(practice, scope)
        if item is None:
            print(practice.why_none(scope))
            break
        about = ", ".join(filter(None, (item.domain, item.difficulty)))
        print(f"\n{asked + 1} of {count}   {about}\n\n{_card(item)}")
        response = _read(item)
        if response is None:
            break
        result = practice.submit(response)
        asked, right = asked + 1, right + result.correct
        remark = f" ({result.remark})" if result.remark else ""
        verdict = "Right" if result.correct else f"Wrong. It is: {item.answer}"
        print(f"\n{verdict}.{remark}")
        print(_rationales(item))
    if asked:
        print(f"\n{right} of {asked} right.")


def _wait_for(practice: Practice, scope: Scope) -> Item | None:
    said = ""
    while (item := practice.next(scope)) is None:
        line = practice.making(scope)
        if not line:
            return None
        if line != said:
            print(line, file=sys.stderr)
            said = line
        time.sleep(SHORTEST)
    return item


def _card(item: Item) -> str:
    rows = [item.stem, ""]
    rows += [f"  {letter(at)}. {option.text}" for at, option in enumerate(item.options)]
    return "\n".join(rows)


def _read(item: Item) -> Response | None:
    """What the learner types; None for q. Asks again for what is no such choice."""
    ask = "Your answer (letters, H for a hint, Q to end): " if item.options else "Your answer: "
    hinted, began = False, time.monotonic()
    while True:
        try:
            typed = input(ask).strip()
        except EOFError:
            return None
        seconds = time.monotonic() - began
        if not item.options:
            return None if typed.lower() == "q" else Response(item.id, (), typed, seconds, hinted)
        if typed.lower() == "q":
            return None
        if typed.lower() == "h":
            hinted = True
            print(item.hint.quote if item.hint else "There is no hint for this one.")
            continue
        chosen = _chosen(typed, len(item.options))
        if len(chosen) == len(item.key):
            return Response(item.id, chosen, "", seconds, hinted)
        among = ", ".join(letter(at) for at in range(len(item.options)))
        print(f"Type {'two' if len(item.key) == 2 else 'one'} of {among}.")


def _chosen(typed: str, count: int) -> tuple[int, ...]:
    """The places of letters or numbers, as in `B`, `a, c`, `2`; none if it is anything else."""
    known = {letter(at): at for at in range(count)} | {str(at + 1): at for at in range(count)}
    typed = "".join(c for c in typed.upper() if c.isalnum())
    return tuple(dict.fromkeys(known[c] for c in typed)) if {*typed} <= known.keys() else ()


def _rationales(item: Item) -> str:
    rows = []
    for at, option in enumerate(item.options):
        mark = "+" if at in item.key else "-"
        said = option.rationale or "your notes say nothing about this option"
        rows.append(f"  {mark} {letter(at)}. {said}{_places(option.citations)}")
    if not item.options:
        rows += [f"  {citation.quote}{_places((citation,))}" for citation in item.citations]
    return "\n".join(rows)


def _places(citations: Iterable[Citation]) -> str:
    return "".join(f" [{place(citation)}]" for citation in citations)


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
    print(f"{pasted.stem}\n\nAnswer: {key} ({decision.source}{sure}){_places(decision.citations)}")
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

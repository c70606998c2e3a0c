"""Options once their answer is known: what is right, what was chosen, what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.practice import Decision, Explanation, Item, Option, OptionNote, Pasted, Response
from core.types import Answer, Citation, Sentence
from ui.conversation import Exchange

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Verdict = Literal["right", "wrong", "undecided"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One option; `silent` when the notes say nothing about it."""

    text: str
    verdict: Verdict
    mine: bool
    said: tuple[Sentence, ...] = ()
    silent: bool = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(citation for sentence in self.said for citation in sentence.citations)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every option judged, and why the key holds. Citations are numbered as they are met."""

    options: tuple[Judged, ...]
    summary: tuple[Sentence, ...] = ()


def letter(place: int) -> str:
    """A, B, ... Z, 27, 28, ..."""
    return LETTERS[place] if place < len(LETTERS) else str(place + 1)


def judge_item(item: Item, response: Response, explanation: Explanation | None = None) -> Judgement:
    """An answered item: its rationales at first, what the explanation says as it comes."""
    notes = explanation.options if explanation is not None else ()
    known = [sentence for option in item.options for sentence in _rationale(option)]
    options = tuple(
        _judged(
            option.text,
            "right" if place in item.key else "wrong",
            place in response.chosen,
            _note(notes, place),
            _rationale(option),
            silent=not option.citations,
        )
        for place, option in enumerate(item.options)
    )
    summary = explanation.summary if explanation is not None else ()
    if not item.options and not summary and item.citations:
        summary = tuple(Sentence(c.quote.strip(), (c,)) for c in item.citations)
    return _renumbered(Judgement(options, summary), known)


def judge_pasted(
    pasted: Pasted, decision: Decision, explanation: Explanation | None = None
) -> Judgement:
    """A pasted question: its options as decided, and what is said of them so far."""
    notes = explanation.options if explanation is not None else ()
    options = tuple(
        _judged(text, _decided(decision, place), place in pasted.mine, _note(notes, place))
        for place, text in enumerate(pasted.options)
    )
    summary = explanation.summary if explanation is not None else ()
    return _renumbered(Judgement(options, summary))


def discussion(item: Item, response: Response, explanation: Explanation | None) -> Exchange:
    """An answered item as the beginning of a conversation about it."""
    judgement = judge_item(item, response, explanation)
    sentences = list(judgement.summary)
    for place, option in enumerate(judgement.options):
        if option.said:
            first = replace(option.said[0], text=f"{letter(place)}: {option.said[0].text}")
            sentences += [first, *option.said[1:]]
    if not sentences:
        sentences = [Sentence(c.quote.strip(), (c,)) for c in item.citations]
    by = explanation.answered_by if explanation is not None else "extractive"
    question = item_text(item, response)
    answer = Answer(question, tuple(sentences), answered_by=by)
    return Exchange(question, sentences=answer.sentences, answer=answer, prepared=True)


def item_text(item: Item, response: Response) -> str:
    """An item with its options, what was answered, and what is right."""
    rows = [item.stem]
    rows += [f"{letter(place)}. {option.text}" for place, option in enumerate(item.options)]
    mine, right = answer_words(item, response.chosen, response.typed), key_words(item)
    return "\n".join([*rows, f"My answer: {mine}", f"The right answer: {right}"])


def answer_words(item: Item, chosen: Sequence[int], typed: str = "") -> str:
    """An answer in words, with the letters of what was chosen."""
    if not item.options:
        return typed
    return "; ".join(f"{letter(n)}. {item.options[n].text}" for n in chosen)


def key_words(item: Item) -> str:
    """The right answer in words, with its letters."""
    return answer_words(item, item.key) if item.options else item.answer


def _judged(
    text: str,
    verdict: Verdict,
    mine: bool,
    note: OptionNote | None,
    known: tuple[Sentence, ...] = (),
    silent: bool = False,
) -> Judged:
    if note is not None and note.silent:
        return Judged(text, verdict, mine, silent=True)
    said = note.sentences if note is not None and note.sentences else known
    return Judged(text, verdict, mine, said, silent=silent and not said)


def _rationale(option: Option) -> tuple[Sentence, ...]:
    """What is known of an option from the start: cited, or nothing."""
    if not option.citations:
        return ()
    text = option.rationale or option.citations[0].quote.strip()
    return (Sentence(text, option.citations),)


def _note(notes: Sequence[OptionNote], place: int) -> OptionNote | None:
    return notes[place] if place < len(notes) else None


def _decided(decision: Decision, place: int) -> Verdict:
    if decision.source == "undecided":
        return "undecided"
    return "right" if place in decision.key else "wrong"


def _renumbered(judgement: Judgement, known: Iterable[Sentence] = ()) -> Judgement:
    """Numbers from 1, one for each place in the notes; what is `known` keeps its numbers.

    What the right options say already is not said again as the reason.
    """
    numbers: dict[tuple[str, int, int], int] = {}

    def number(sentence: Sentence) -> Sentence:
        cited = []
        for citation in sentence.citations:
            at = (citation.note, citation.first_line, citation.last_line)
            cited.append(replace(citation, number=numbers.setdefault(at, len(numbers) + 1)))
        return replace(sentence, citations=tuple(cited))

    for sentence in known:
        number(sentence)
    options = tuple(
        replace(option, said=tuple(map(number, option.said))) for option in judgement.options
    )
    told = {s.text.strip() for o in options if o.verdict == "right" for s in o.said}
    summary = (s for s in judgement.summary if s.text.strip() not in told)
    return Judgement(options, tuple(map(number, summary)))

"""A question as people copy it from exam sites, PDFs and chats, taken apart.

Nothing is guessed: what is unclear is said in `Pasted.problems`, for the learner to correct.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from core.practice import Pasted
from core.text import shorten
from quiz.paste.key import letter, letters, settle
from quiz.paste.lines import read_rows
from quiz.paste.options import Found
from quiz.paste.parts import Parts, parts_of
from quiz.paste.rows import place_of
from quiz.paste.stem import asked_number, question_numbers
from quiz.paste.text import LIMIT, clean_lines, normal, tidy

MOST_OPTIONS = 10
_NO_TEXT = "Nothing was pasted: paste a question with its options."
_NO_QUESTION = "No question found: paste a question that ends in '?' together with its options."
_NO_STEM = "No question found before the options: put it above them."
_NO_OPTIONS = "No options found: put each on a line of its own, such as 'A. ...'."
_ONE_OPTION = "Only one option found: put each on a line of its own, such as 'A. ...'."


def parse_question(text: str) -> Pasted:
    """Stem, options, the learner's answer and the key of one question. Never raises."""
    lines = clean_lines(text)
    parts = parts_of(read_rows(lines))
    options = [option for option in parts.options if option.text]
    answers = settle(parts.statements, options, parts.asked)
    pasted = Pasted(
        parts.stem,
        tuple(option.text for option in options),
        _select(parts.asked, answers.mine, answers.key),
        answers.mine,
        answers.key,
    )
    problems = (
        *_too_long(text),
        *_several(lines, parts),
        *_left_out(parts.left),
        *_misnamed(parts.options),
    )
    return replace(pasted, problems=(*problems_of(pasted), *problems, *answers.problems))


def problems_of(pasted: Pasted) -> tuple[str, ...]:
    """What a learner has to correct before the question can be explained; () when it is fine."""
    found = len(pasted.options)
    if not pasted.stem.strip() and not found:
        return (_NO_TEXT,)
    if not found:
        return (_NO_OPTIONS if "?" in pasted.stem else _NO_QUESTION,)
    problems = [] if pasted.stem.strip() else [_NO_STEM]
    problems += _too_long(pasted.stem)
    if found < 2:
        problems.append(_ONE_OPTION)
    if found > MOST_OPTIONS:
        problems.append(f"{found} options found, at most {MOST_OPTIONS} are read: remove the rest.")
    empty = [place for place, option in enumerate(pasted.options) if not option.strip()]
    problems += [f"Option {letter(place)} is empty: write it or remove it." for place in empty]
    return (*problems, *_repeated(pasted.options), *_key_problems(pasted))


def as_text(pasted: Pasted) -> str:
    """The question in the form that `parse_question` reads best: 'A. ...', 'Correct: B'."""
    marked = letter if len(pasted.options) <= 26 else _number
    lines = [pasted.stem, ""]
    lines += [f"{marked(place)}. {tidy(option)}" for place, option in enumerate(pasted.options)]
    lines.append("")
    if pasted.select != _select(asked_number(pasted.stem), pasted.mine, pasted.given):
        lines.append(f"Select: {pasted.select or 'all'}")
    for label, places in (("My answer", pasted.mine), ("Correct", pasted.given)):
        if places:
            lines.append(f"{label}: {', '.join(map(marked, places))}")
    return "\n".join(lines).strip()


def _number(place: int) -> str:
    return str(place + 1)


def _select(asked: int | None, mine: tuple[int, ...], key: tuple[int, ...]) -> int:
    """How many to choose: what the stem asks for, else as many as the key or the learner names."""
    return asked if asked is not None else len(key) or len(mine) or 1


def _too_long(text: str) -> Iterator[str]:
    if len(text) > LIMIT:
        yield f"The text has {len(text):,} characters: paste one question, at most {LIMIT:,}."


def _several(lines: Sequence[str], parts: Parts) -> Iterator[str]:
    numbers = question_numbers(lines)
    asking = sum("?" in option.text for option in parts.options)
    if len(numbers) > 1 or (not parts.stem and asking > 1):
        yield "More than one question found: paste one at a time."


def _left_out(left: str) -> Iterator[str]:
    if left:
        begin = shorten(left, 60)
        yield f"'{begin}' after the options was left out: join it to its option or remove it."


def _misnamed(options: Sequence[Found]) -> Iterator[str]:
    """Letters that skip or repeat, and a letter without a text."""
    names = [option.name for option in options if option.name]
    steps = [place_of(two) - place_of(one) for one, two in pairwise(names)]
    if names and (place_of(names[0]) or any(step != 1 for step in steps)):
        shown = shorten(", ".join(names), 60)
        yield f"The options go {shown}: correct their letters, or add the option that is missing."
    for place, option in enumerate(options):
        if not option.text:
            yield f"Option {option.name or letter(place)} is empty: write it or remove it."


def _repeated(options: Sequence[str]) -> Iterator[str]:
    places: dict[str, list[int]] = {}
    for place, option in enumerate(options):
        if option.strip():
            places.setdefault(normal(option) or option, []).append(place)
    for same in places.values():
        if len(same) > 1:
            named = " and ".join(letter(place) for place in same)
            yield f"Options {named} are the same: '{shorten(options[same[0]], 60)}'."


def _key_problems(pasted: Pasted) -> Iterator[str]:
    for whose, places in (("The key", pasted.given), ("Your answer", pasted.mine)):
        beyond = [place for place in places if not 0 <= place < len(pasted.options)]
        if beyond:
            yield f"{whose} names option {letters(beyond)}, which is not there: correct the letter."
    if pasted.select < 0:
        yield "Say how many options are to be chosen: 1 or more, or 0 for all that apply."
    if pasted.select > len(pasted.options) > 1:
        yield f"The question asks for {pasted.select}, but has {len(pasted.options)} options."
    if pasted.given and pasted.select > 0 and len(set(pasted.given)) != pasted.select:
        count = f"The question asks for {pasted.select}, the key names {len(set(pasted.given))}"
        yield f"{count} ({letters(pasted.given)}): correct one of them."

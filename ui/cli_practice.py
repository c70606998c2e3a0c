"""The command `quiz`: questions one after the other in a terminal, or as JSON lines."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from core.practice import Item, Response, Scope
from quiz.items.maker import Made
from quiz.paste.key import letter
from study.practice import Practice
from ui.records import dump
from ui.records_practice import made_record
from ui.terminal import places

SHORTEST = 0.4
"""Seconds between two looks for an item that is being made."""


def practise(
    practice: Practice,
    scope: Scope,
    count: int,
    stdin: TextIO,
    *,
    as_json: bool,
    with_rejected: bool,
) -> None:
    """A quiz for whoever sits at a terminal; JSON lines when they are wanted, or nobody does."""
    if as_json or not stdin.isatty():
        print_items(practice, scope, count, with_rejected=with_rejected)
    else:
        quiz_in_terminal(practice, scope, count)


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
    return "\n".join([*rows, f"  ({item.concept}){places(item.citations)}"])


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
            return practice.next(scope)  # the last may have come between the two looks
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
        rows.append(f"  {mark} {letter(at)}. {said}{places(option.citations)}")
    if not item.options:
        rows += [f"  {citation.quote}{places((citation,))}" for citation in item.citations]
    return "\n".join(rows)

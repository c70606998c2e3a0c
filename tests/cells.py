"""Notes on cells, everything that makes items of them, and a model that has read them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from core.practice import Scope
from core.text import words
from ingest.library import Library
from providers.turns import Turns
from quiz.checks.freshness import Wordings
from quiz.concepts.domains import read_exam
from quiz.items.maker import ItemMaker, Made, Run
from quiz.items.tally import Tally
from quiz.model import PracticeCalls
from quiz.workshop import Workshop
from retrieval.remembered import RememberedEmbedder
from tests.fakes import FakeEmbedder, FakeProvider, Reply, ScriptedModel

FACTS = {
    "Mitochondrion": (
        "Releases energy from sugar with oxygen",
        "Supplies muscles with ATP all day",
    ),
    "Chloroplast": ("Captures sunlight and builds glucose", "Colours leaves and young stems green"),
    "Ribosome": (
        "Joins amino acids into long chains",
        "Reads messenger molecules three letters each",
    ),
    "Nucleus": (
        "Stores the chromosomes behind a double membrane",
        "Sends orders out through pores",
    ),
    "Lysosome": ("Digests worn parts with strong enzymes", "Keeps an acid inside its thin wall"),
    "Centrosome": (
        "Pulls the chromatids apart by threads",
        "Sits beside the middle when nothing divides",
    ),
    "Vacuole": (
        "Holds water so that plants stand upright",
        "Swells after rain and shrinks in drought",
    ),
    "Peroxisome": (
        "Breaks down alcohol and fatty poisons",
        "Makes hydrogen peroxide harmless at once",
    ),
}
CELLS = (
    "Cell biology\n\tOrganelles\n"
    + "".join(
        f"\t\t{name}\n\t\t\tWhat is it for?\n" + "".join(f"\t\t\t\t- {fact}\n" for fact in facts)
        for name, facts in FACTS.items()
    )
    + "\tQuestions\n"
    "\t\tQues: Runners tire late because one part of each cell burns fuel well. Which part is it?\n"
    "\t\tAns: Mitochondrion\n"
)
DEVICES = (
    "Devices\n\tMicroscope\n\t\t- Enlarges thin slices by glass lenses\n"
    "\t\t- Needs a lamp below the slide\n\tCentrifuge\n\t\t- Spins tubes until heavy matter sinks\n"
)
SCENARIO, VARY, SOLVE = "hidden thing", "You rewrite", "with notes on"
RECALL = "is left out of a sentence"


class Pupil(ScriptedModel):
    """A model that knows FACTS: writes stories of them, and solves what it is asked.

    `guesses` is what it answers without lines: right, wrong, or nothing of use. A rule for a
    prompt goes before what it knows.
    """

    guesses: str = "wrong"

    def _reply(self, messages: list[BaseMessage], options: dict[str, Any]) -> Reply:
        prompt = "\n".join(str(message.text) for message in messages)
        for expected, reply in self.rules:
            if expected in prompt:
                self.prompts.append(prompt)
                return Reply(reply) if isinstance(reply, str) else reply
        self.prompts.append(prompt)
        asked = str(messages[-1].text)
        if SCENARIO in prompt:
            return Reply(story(asked))
        if VARY in prompt:
            return Reply(
                f"A farmer with {len(self.prompts)} horses asks which part of their muscles "
                "releases energy from fodder. What should be named?"
            )
        if RECALL in prompt:
            names = list(FACTS)
            right = names[right_of(asked, names)]
            return Reply(right if self.guesses == "right" else "Golgi body")
        letters = re.findall(r"^([A-J])\. (.+)$", asked, re.M)
        stem = asked.split("Question: ")[-1].split("\nA. ")[0]
        key = right_of(stem, [text for _, text in letters])
        if SOLVE not in prompt and self.guesses == "wrong":
            key = (key + 1) % len(letters)
        return Reply("ABCDEFGHIJ"[key])


def story(asked: str) -> str:
    """A scenario with the words of the facts that it is given."""
    facts = re.findall(r"^- (.+)$", asked, re.M)
    told = " and ".join(fact.replace("THIS", "that").rstrip(".") for fact in facts)
    return f"A young doctor looks through the glass for the part that {told.lower()}."


def right_of(stem: str, options: list[str]) -> int:
    """The option that FACTS make right: the name whose facts the stem tells, or a fact of it."""
    said = set(words(stem))
    named = next((name for name in FACTS if name.lower() in said), None)
    own = set(words(" ".join(FACTS[named]))) if named else set()

    def score(text: str) -> float:
        if text in ("True", "False"):
            held = len(said & own) >= 4
            return float(held == (text == "True"))
        if text in FACTS:
            return len(said & set(words(" ".join(FACTS[text]))) - {"the", "and", "a"})
        told = set(words(text))
        fills = said | told
        return len(told & own) / len(told) + any(told <= set(words(f)) <= fills for f in _all())

    return max(range(len(options)), key=lambda place: score(options[place]))


def _all() -> Iterable[str]:
    return [fact for facts in FACTS.values() for fact in facts]


def library_of(folder: Path, **notes: str) -> Library:
    """A library over notes, `name="text"` in `name.txt`, indexed."""
    (folder / "notes").mkdir(exist_ok=True)
    for name, text in notes.items():
        (folder / "notes" / f"{name}.txt").write_text(text, encoding="utf-8")
    library = Library([folder / "notes"], folder / "var", FakeEmbedder(dimension=2048))
    library.update()
    return library


def workshop_of(folder: Path, library: Library | None = None, **notes: str) -> Workshop:
    library = library or library_of(folder, **(notes or {"cells": CELLS}))
    remembered = RememberedEmbedder(FakeEmbedder(dimension=2048), folder / "var" / "concepts.npz")
    return Workshop(library.retriever, library.note_lines, remembered, read_exam())


def calls_of(model: ScriptedModel) -> PracticeCalls:
    return PracticeCalls(FakeProvider(model), Turns())


def run_of(
    scope: Scope | None = None,
    model: ScriptedModel | None = None,
    seed: int = 0,
    tally: Tally | None = None,
) -> Run:
    """What attempts need, without a model unless there is one."""
    wordings = Wordings(FakeEmbedder(dimension=2048))
    calls = calls_of(model) if model else None
    return Run(scope or Scope(), wordings, calls, random.Random(seed), tally or Tally())


def made_by(
    maker: ItemMaker, run: Run, used: dict[str, int] | None = None, enough: int = 1000
) -> list[Made]:
    """Attempts until nothing is left, or there are enough items; those accepted count as used."""
    used, made = {} if used is None else used, []
    for attempt in maker.attempts(run, lambda: used):
        made.append(attempt)
        if attempt.accepted:
            run.wordings.add(attempt.item)
            run.tally.count(attempt.item)
            for key in attempt.item.facts:
                used[key] = used.get(key, 0) + 1
        if sum(one.accepted for one in made) >= enough:
            break
    return made

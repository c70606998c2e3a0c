"""The blind solver: the model, which does not know the key, must find it from the lines."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.practice import Check, Fact, Item, Response
from core.text import shorten, words
from providers.traits import SMALL, ModelTraits
from quiz.concepts.concept_map import ConceptMap
from quiz.grading import grade
from quiz.items.options import bare, label_of
from quiz.items.own_options import unlettered
from quiz.model import PracticeCalls
from retrieval.embedder import Embedder

SURE = 0.3
"""How much of the probability the key, the best in every shuffle, must have; chance is .25 of four.
Of scenarios refused at .3 to .4 with the key as the best, six of six read were right."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found. `share` is the least it gave the key in any shuffle; `chosen` is the
    option it took instead, empty when it was only unsure of the key."""

    passed: bool
    share: float
    detail: str = ""
    chosen: str = ""


class Solver:
    """Solves items from the lines of every option."""

    def __init__(self, known: ConceptMap, embedder: Embedder) -> None:
        self._known = known
        self._embedder = embedder
        self._vectors: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float32]]] = {}
        self._lock = threading.Lock()

    def solve(
        self, item: Item, calls: PracticeCalls, rng: random.Random, shuffles: int = 2
    ) -> Solution:
        """Solve an item from the lines in some shuffles of its options.

        Raises:
            ModelUnavailable: the model cannot answer.
            MalformedOutput: it named none of the options.
        """
        problems = problems_of(item, self._known, rng)
        wrong = [text for problem in problems for text in problem.wrong]
        lines = self.lines(item, wrong, calls.traits)
        least = 1.0
        for problem in problems:
            if not problem.wrong:
                return Solution(False, 0.0, "there is nothing else to choose from")
            for _ in range(shuffles):
                order = problem.shuffled(rng)
                shares = dict(zip(order, calls.choose(problem.stem, order, lines), strict=True))
                key = shares[problem.right]
                rival = max(problem.wrong, key=lambda text: shares[text])
                least = min(least, key)
                if key < SURE or shares[rival] >= key:
                    chosen = rival if shares[rival] >= key else ""
                    best = chosen or problem.right
                    detail = f"from the lines it chose {best!r} ({shares[best]:.2f})"
                    return Solution(False, least, detail, chosen)
        return Solution(True, least)

    def guess(self, item: Item, calls: PracticeCalls, rng: random.Random) -> bool:
        """Whether every choice, or what is typed into a gap, is right without the lines as well."""
        if item.kind == "gap":
            return grade(item, Response(item.id, typed=calls.recall(item.stem))).correct
        for problem in problems_of(item, self._known, rng):
            order = problem.shuffled(rng)
            shares = calls.choose(problem.stem, order, "")
            if order[int(np.argmax(shares))] != problem.right:
                return False
        return True

    def lines(self, item: Item, names: Iterable[str] = (), traits: ModelTraits = SMALL) -> str:
        """What the notes say of every option, and of `names`: the facts nearest to the stem.

        In the order of names, so that nothing tells which one is the key. A past question is
        proven by its own answer in the notes: that is told too.
        """
        about = {item.concept, *(option.about for option in item.options), *item.accepted[:1]}
        found = (self._known.find(name) for name in (*about, *names) if name)
        rows = []
        for concept in sorted({c.name: c for c in found if c}.values(), key=lambda c: c.name):
            asked = [item.stem, *(o.text for o in item.options if o.about == concept.name)]
            facts = self._nearest(concept.name, concept.facts, asked, traits.solver_facts)
            told = (
                shorten(label_of(fact) + bare(fact.text, concept), traits.fact_length)
                for fact in facts
            )
            said = "; ".join(told)
            rows.append(f"{concept.name}: {said}")
        if not rows or item.origin == "notes":
            rows += _proofs(item)
        return "\n".join(rows)

    def _nearest(
        self, name: str, facts: Sequence[Fact], asked: Sequence[str], most: int
    ) -> list[Fact]:
        """`most` facts nearest to the stem, and one to each option that is about the concept."""
        with self._lock:
            if name not in self._vectors:
                self._vectors[name] = self._embedder.encode([fact.text for fact in facts])
            vectors = self._vectors[name]
        close = vectors @ self._embedder.encode(list(asked)).T
        chosen: list[int] = []
        for column in range(close.shape[1] - 1, -1, -1):
            count = 1 if column else most
            order = [int(i) for i in np.argsort(-close[:, column]) if int(i) not in chosen]
            chosen.extend(order[:count])
        return [facts[i] for i in sorted(chosen)]


def _proofs(item: Item) -> list[str]:
    """The cited lines; a letter in them is that of the notes' order, not of any shuffle's."""
    quotes = [citation.quote for citation in item.citations]
    if not item.given:
        return quotes
    texts = [option.text for option in item.options]
    return [said for quote in quotes if (said := unlettered(quote, texts))]


@dataclass(frozen=True, slots=True)
class Problem:
    """A question with one right option."""

    stem: str
    right: str
    wrong: tuple[str, ...]

    def shuffled(self, rng: random.Random) -> list[str]:
        order = [self.right, *self.wrong]
        rng.shuffle(order)
        return order


def problems_of(item: Item, known: ConceptMap, rng: random.Random) -> list[Problem]:
    """An item as problems with one right option each."""
    if item.kind == "gap":
        wrong = _other_answers(item, known, rng)
        return [Problem(item.stem, item.accepted[0], tuple(wrong))]
    if item.kind == "true_false" and (problem := _whose(item, known)):
        return [problem]
    texts = [option.text for option in item.options]
    wrong = [text for place, text in enumerate(texts) if place not in item.key]
    stem = item.stem
    if len(item.key) > 1:
        stem = stem.replace("Which TWO of these are", "Which of these is").split(" (Select")[0]
    return [Problem(stem, texts[place], tuple(wrong)) for place in item.key]


def _whose(item: Item, known: ConceptMap) -> Problem | None:
    """A statement as a choice of whom it is said of: asked if it is true, small models say yes.

    None when the item does not tell whose a false statement is.
    """
    statement = item.stem.partition(f"{item.concept}: ")[2]
    owner = next((option.about for option in item.options if option.about), "")
    concept = known.find(item.concept)
    right = owner or (item.concept if item.answer == "True" else "")
    names = (item.concept, *(concept.siblings if concept else ()))
    wrong = tuple(name for name in names if name != right)[:3]
    if not (statement and right and wrong):
        return None
    return Problem(f"Which of these is described here: {statement}?", right, wrong)


def _other_answers(item: Item, known: ConceptMap, rng: random.Random) -> list[str]:
    """Wrong answers for a gap: other figures for a figure, else names of the notes."""
    answer = item.accepted[0]
    if figure := _NUMBER.match(answer):
        return [f"{text}{answer[figure.end() :]}" for text in _other_figures(figure.group())]
    concept = known.find(answer)
    taken = {" ".join(words(name)) for name in (*item.accepted, item.concept)}
    names = [c.name for c in known.concepts if " ".join(words(c.name)) not in taken]
    near = [name for name in (concept.siblings if concept else ()) if name in names]
    return list(dict.fromkeys(near + rng.sample(names, min(3, len(names)))))[:3]


def _other_figures(text: str) -> list[str]:
    """Figures of the same look: other years for a year, else two, five and ten times as much.

    >>> _other_figures("1914"), _other_figures("0.5"), _other_figures("1,000")
    (['1911', '1917', '1924'], ['1', '2.5', '5'], ['2,000', '5,000', '10,000'])
    """
    if _YEAR.fullmatch(text):
        return [str(int(text) + more) for more in (-3, 3, 10)]
    size = float(text.replace(",", "")) or 1.0
    grouped = "," if "," in text else ""
    figures = (size * factor for factor in (2, 5, 10))
    return [f"{n:{grouped}.10g}" if n % 1 else f"{int(n):{grouped}}" for n in figures]


def solved(solution: Solution) -> Check:
    """`solved_blind`: the key was found from the lines in every shuffle."""
    return Check("solved_blind", solution.passed, solution.detail)

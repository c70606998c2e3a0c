"""Notes of any size, the same every time: outlines with headings, Zipf's words, few repeats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

PASSAGES_A_NOTE = 250
_SECTION = 8
_ONSETS = ("", *"b c d f g h k l m n p r s t v w br cl dr fl gr pl st tr sh".split())
_VOWELS = "a e i o u ai ea io ou".split()
_ENDS = ("", *"n r s t l m nd st ck ng".split())
_GRAMMAR = "the of a to in is and for with as on by it are from that at or be which".split()


def write_notes(folder: Path, passages: int, seed: int = 1) -> None:
    """Notes of about `passages` passages of some 110 words, in files of `PASSAGES_A_NOTE`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    world = _World(rng, 20_000 + passages)
    for number, first in enumerate(range(0, passages, PASSAGES_A_NOTE)):
        count = min(PASSAGES_A_NOTE, passages - first)
        text = "\n".join(_note(world, rng, count))
        (folder / f"note-{number:05}.txt").write_text(f"{text}\n", encoding="utf-8")


def queries(folder: Path, count: int, seed: int = 2) -> list[str]:
    """Questions of four to seven words, most of them from one line of the notes."""
    rng = np.random.default_rng(seed)
    notes = sorted(folder.iterdir())
    asked: list[str] = []
    while len(asked) < count:
        lines = notes[int(rng.integers(len(notes)))].read_text(encoding="utf-8").splitlines()
        words = lines[int(rng.integers(len(lines)))].strip().lstrip("- ").split()
        if len(words) >= 8:
            taken = np.sort(rng.choice(len(words), int(rng.integers(4, 8)), replace=False))
            asked.append(f"what is {' '.join(words[place] for place in taken)}?")
    return asked


class _World:
    """A vocabulary by Zipf's law, and topics, each of which prefers words of its own."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self._rng = rng
        self.words = [*_GRAMMAR, *_spelt(rng, size)]
        ranks = np.arange(1, len(self.words) + 1)
        share = 1 / ranks**1.05
        self._share = np.cumsum(share / share.sum())

    def draw(self, count: int) -> list[str]:
        """Words as often as Zipf's law has them."""
        places = np.searchsorted(self._share, self._rng.random(count))
        return [self.words[min(int(place), len(self.words) - 1)] for place in places]

    def topic(self) -> list[str]:
        """Twenty-five words that a section is about, none of them frequent."""
        places = self._rng.integers(200, len(self.words), 25)
        return [self.words[int(place)] for place in places]


def _spelt(rng: np.random.Generator, size: int) -> list[str]:
    """Words that can be said, each once."""
    made: dict[str, None] = {}
    while len(made) < size:
        parts = [
            str(rng.choice(kind))
            for _ in range(int(rng.integers(1, 4)))
            for kind in (_ONSETS, _VOWELS, _ENDS)
        ]
        made["".join(parts)] = None
    return list(made)


def _note(world: _World, rng: np.random.Generator, passages: int) -> Iterator[str]:
    """One outline: a section of some passages on a topic, a heading for each, lines under it."""
    topic: list[str] = []
    for number in range(passages):
        if number % _SECTION == 0:
            topic = world.topic()
            yield " ".join(_title(rng, topic))
        yield f"\t- {' '.join(_title(rng, topic))}"
        left = 96
        while left > 0:
            count = min(left, int(rng.integers(8, 17)))
            left -= count
            yield f"\t\t- {' '.join(_line(world, rng, topic, max(count, 4)))}"


def _title(rng: np.random.Generator, topic: list[str]) -> list[str]:
    return [word.capitalize() for word in rng.choice(topic, 2, replace=False)]


def _line(world: _World, rng: np.random.Generator, topic: list[str], count: int) -> list[str]:
    own = rng.random(count) < 0.5
    drawn = world.draw(count)
    return [
        topic[int(rng.integers(len(topic)))] if is_own else word
        for is_own, word in zip(own, drawn, strict=True)
    ]

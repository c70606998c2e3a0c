"""What a note is about: proven by its lines, made once, never in a learner's way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chat.about import About, main_headings
from chat.abouts import MAKING, Abouts
from core.types import Line
from ingest.library import Library
from providers.base import ModelState, NoModel
from providers.turns import Turns
from tests.clock import until
from tests.fakes import FakeEmbedder, FakeProvider, Reply, ScriptedModel

NOTE = """# Streams

## Firehose

- Firehose delivers streams into S3 without servers.
- Firehose buffers records by size or time.

## Kinesis

- Kinesis Data Streams keeps records in shards.
- Ques: Which service delivers streams to S3?
- Ans: Firehose.
"""
SAID = (
    "Firehose delivers streams into S3 without servers [1]. It was invented by Ada in 1843 [2]. "
    "Kinesis Data Streams keeps records in shards [2]. "
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(NOTE)
    made = Library([tmp_path / "notes"], tmp_path / "home", FakeEmbedder())
    made.update()
    return made


@pytest.fixture
def made(library: Library, tmp_path: Path) -> Iterator[Callable[[object], Abouts]]:
    opened: list[Abouts] = []

    def make(provider: object) -> Abouts:
        opened.append(Abouts(library.retriever, provider, Turns(), tmp_path / "home" / "about"))
        return opened[-1]

    yield make
    for abouts in opened:
        abouts.close()


def test_without_a_model_there_are_headings_and_questions(
    made: Callable[[object], Abouts],
) -> None:
    abouts = made(NoModel())
    about = abouts.of("a.md")
    assert about is not None
    assert (about.summary, about.headings) == ((), ("Firehose", "Kinesis"))
    assert about.outline == "On Firehose; Kinesis; with 1 past question."
    assert "Which service delivers streams to S3?" in about.questions
    assert abouts.waiting("a.md") == ""
    assert abouts.of("gone.md") is None


def test_headings_are_those_of_the_first_level_that_has_some() -> None:
    lines = [Line("a", n, "x", ("Top", head)) for n, head in enumerate(("One:", "Two", "One:"))]
    assert main_headings(lines) == ("One", "Two")
    assert main_headings([Line("a", 1, "x", ("Top",))]) == ("Top",)
    assert main_headings([Line("a", 1, "x")]) == main_headings([]) == ()


def model(said: str | Reply = SAID, **more: object) -> FakeProvider:
    return FakeProvider(ScriptedModel(rules=[("Streams", said)]), **more)


def test_a_summary_holds_what_the_lines_prove_and_nothing_else(
    made: Callable[[object], Abouts],
) -> None:
    provider = model()
    abouts = made(provider)
    first = abouts.of("a.md")
    assert first is not None
    assert first.summary == ()
    assert until(lambda: bool(abouts.of("a.md").summary))
    about, plain = abouts.of("a.md"), first
    assert [sentence.text for sentence in about.summary] == [
        "Firehose delivers streams into S3 without servers.",
        "Kinesis Data Streams keeps records in shards.",
    ]
    quotes = [c.quote for sentence in about.summary for c in sentence.citations]
    assert quotes == [
        "- Firehose delivers streams into S3 without servers.",
        "- Kinesis Data Streams keeps records in shards.",
    ]
    assert about.by == "scripted"
    assert about.questions == plain.questions
    assert abouts.waiting("a.md") == ""


def test_it_is_made_once_and_follows_a_renamed_note(
    made: Callable[[object], Abouts], library: Library, tmp_path: Path
) -> None:
    abouts = made(model())
    abouts.of("a.md")
    assert until(lambda: bool(abouts.of("a.md").summary))
    abouts.close()
    (tmp_path / "notes" / "a.md").rename(tmp_path / "notes" / "b.md")
    library.update()
    provider = model()
    about = made(provider).of("b.md")
    assert {c.note for sentence in about.summary for c in sentence.citations} == {"b.md"}
    assert provider.model.prompts == []


def test_nothing_proven_leaves_the_headings(made: Callable[[object], Abouts]) -> None:
    provider = model("It is about dinosaurs [1]. They were large [2].")
    abouts = made(provider)
    abouts.of("a.md")
    assert until(lambda: abouts.waiting("a.md") == "")
    about = abouts.of("a.md")
    assert (about.summary, about.by, about.headings) == ((), "", ("Firehose", "Kinesis"))
    time.sleep(0.1)
    assert len(provider.model.prompts) == 1


def test_a_model_elsewhere_is_asked_only_for_what_is_opened(
    made: Callable[[object], Abouts],
) -> None:
    provider = model(state=ModelState("ready", "scripted", goes_to="Amazon Bedrock"))
    abouts = made(provider)
    abouts.start()
    time.sleep(0.3)
    assert provider.model.prompts == []
    abouts.of("a.md")
    assert until(lambda: bool(abouts.of("a.md").summary))


def test_a_local_model_is_asked_in_the_background(made: Callable[[object], Abouts]) -> None:
    provider = model()
    abouts = made(provider)
    abouts.start()
    assert until(lambda: len(provider.model.prompts) == 1)
    assert until(lambda: bool(abouts.of("a.md").summary))


def test_a_model_that_fails_is_not_asked_again(made: Callable[[object], Abouts]) -> None:
    provider = model(Reply("", fail_after=0))
    abouts = made(provider)
    assert abouts.of("a.md") is not None
    assert abouts.waiting("a.md") in (MAKING, "")
    assert until(lambda: abouts.waiting("a.md") == "")
    asked = len(provider.model.prompts)
    assert isinstance(abouts.of("a.md"), About)
    time.sleep(0.2)
    assert len(provider.model.prompts) == asked


def test_who_waits_for_an_answer_goes_first(library: Library, tmp_path: Path) -> None:
    turns, provider = Turns(), model()
    abouts = Abouts(library.retriever, provider, turns, tmp_path / "about")
    try:
        with turns.foreground():
            abouts.of("a.md")
            time.sleep(0.3)
            assert provider.model.prompts == []
            assert abouts.waiting("a.md") == MAKING
        assert until(lambda: bool(abouts.of("a.md").summary))
    finally:
        abouts.close()


def test_what_leaves_the_machine_is_said(library: Library, tmp_path: Path) -> None:
    turns, away = Turns(), ModelState("ready", "scripted", goes_to="Amazon Bedrock")
    abouts = Abouts(library.retriever, model(state=away), turns, tmp_path / "about")
    with turns.foreground():
        abouts.of("a.md")
        assert "go to Amazon Bedrock" in abouts.waiting("a.md")
    abouts.close()


def test_a_damaged_file_is_made_again(made: Callable[[object], Abouts], tmp_path: Path) -> None:
    abouts = made(model())
    abouts.of("a.md")
    assert until(lambda: bool(abouts.of("a.md").summary))
    abouts.close()
    for path in (tmp_path / "home" / "about").iterdir():
        path.write_text("{")
    again = made(model())
    again.of("a.md")
    assert until(lambda: bool(again.of("a.md").summary))

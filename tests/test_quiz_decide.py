"""Working out the key of a pasted question: given, from the notes, or left open."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest

from core.practice import Pasted
from core.settings import load_settings
from ingest.library import Library
from providers import make_provider
from providers.base import ModelState, NoModel
from providers.ladder import Ladder
from providers.traits import LARGE
from quiz.explain.decide import Decider
from quiz.explain.pasted import PastedExplainer
from tests.fakes import FakeProvider, Reply, ScriptedModel
from tests.study_notes import library

STEM = "A bank has recorded speech of its callers and wants written text. Which service fits?"
OPTIONS = ("Polly", "Transcribe", "Athena", "Firehose")
OPEN = Pasted(STEM, OPTIONS)
EXAM = "You take a multiple-choice exam with notes"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("decide"))


def solver(*answers: str | Reply) -> FakeProvider:
    """A model that picks these texts, whatever their letters: one for each call, then the last."""
    return FakeProvider(Solver(answers=list(answers)))


class Solver(ScriptedModel):
    """Picks options by their texts; `answers` may be a Reply that fails, or a letter as `=A`."""

    answers: list[str | Reply]

    def _reply(self, messages: list, options: dict) -> Reply:
        self.prompts.append("\n".join(str(message.text) for message in messages))
        assert EXAM in self.prompts[-1]
        wanted = self.answers[min(len(self.prompts), len(self.answers)) - 1]
        if isinstance(wanted, Reply):
            return wanted
        if wanted.startswith("="):
            return Reply(wanted[1:])
        text, _, share = wanted.partition("@")
        listed = self.prompts[-1].rsplit("Question: ", 1)[1].splitlines()
        rows = [row for row in listed if row[1:3] == ". "]
        chosen = next(row[0] for row in rows if row[3:] == text)
        sure = float(share or 0.9)
        rest = (1 - sure) / (len(rows) - 1)
        top = {row[0]: math.log(sure if row[0] == chosen else rest) for row in rows}
        return Reply(chosen, top=top)


def test_a_lower_rung_decides_from_lines_of_its_own_size(notes: Library) -> None:
    top, low = solver(Reply("-", fail_after=0)), solver("Transcribe")
    top.traits = LARGE
    provider = Ladder((top, low), pause=lambda *_: None)
    found = Decider(notes.retriever, provider).decide(OPEN)
    assert [OPEN.options[place] for place in found.key] == ["Transcribe"]
    assert found.source == "notes"
    assert len(top.model.prompts) == 1
    assert len(low.model.prompts) == 2


def decide(notes: Library, model: FakeProvider | NoModel, pasted: Pasted = OPEN):
    return Decider(notes.retriever, model).decide(pasted)


def test_a_given_key_is_taken_without_asking(notes: Library) -> None:
    model = solver("Polly")
    decision = decide(notes, model, Pasted(STEM, OPTIONS, given=(2,)))
    assert (decision.key, decision.source, decision.confidence) == ((2,), "given", 1.0)
    assert not model.asked


def test_the_model_decides_from_lines_in_two_orders(notes: Library) -> None:
    model = solver("Transcribe@0.9", "Transcribe@0.7")
    decision = decide(notes, model)
    assert (decision.key, decision.source) == ((1,), "notes")
    assert decision.confidence == pytest.approx(0.8)
    assert decision.citations[0].quote == "- turns recorded speech into written text"
    first, second = (prompt.rsplit("Question: ", 1)[1] for prompt in model.model.prompts)
    assert "B. Transcribe" in first
    assert "C. Transcribe" in second
    assert "Transcribe: turns recorded speech into written text" in model.model.prompts[0]


UNDECIDED = {
    "the orders disagree": ("Transcribe", "Polly"),
    "always the letter A": ("=A", "=A"),
    "always the letter D": ("=D", "=D"),
    "not sure enough": ("Transcribe@0.4", "Transcribe@0.45"),
    "sure of what its lines do not say": ("Firehose", "Firehose"),
}


@pytest.mark.parametrize("answers", UNDECIDED.values(), ids=UNDECIDED.keys())
def test_it_is_left_open_when(notes: Library, answers: tuple[str, str]) -> None:
    stem = "Which one blends bananas with yoghurt for breakfast?" if "Firehose" in answers else STEM
    decision = decide(notes, solver(*answers), Pasted(stem, OPTIONS))
    assert (decision.key, decision.source) == ((), "undecided")


def test_two_are_found_one_after_the_other(notes: Library) -> None:
    stem = "Which TWO work with speech and written text? (Select TWO.)"
    model = solver("Transcribe", "Transcribe", "Polly", "Polly")
    decision = decide(notes, model, Pasted(stem, OPTIONS, select=2))
    assert (decision.key, decision.source) == ((0, 1), "notes")
    assert "Transcribe" not in model.model.prompts[2].rsplit("Question: ", 1)[1]


def test_two_stay_open_when_the_second_is_not_stable(notes: Library) -> None:
    stem = "Which TWO work with speech and written text? (Select TWO.)"
    model = solver("Transcribe", "Transcribe", "Polly", "Athena")
    assert decide(notes, model, Pasted(stem, OPTIONS, select=2)).source == "undecided"


OFF_TOPIC = {
    "history": ("Who wrote Pride and Prejudice?", ("Jane Austen", "Mark Twain")),
    "chemistry": ("Which vitamin does sunlight make?", ("Vitamin C", "Vitamin D", "Vitamin K")),
    "figures": ("Which port is the default of HTTPS?", ("22", "80", "443")),
}


@pytest.mark.parametrize(("stem", "options"), OFF_TOPIC.values(), ids=OFF_TOPIC.keys())
def test_what_the_notes_do_not_hold_is_not_decided(
    notes: Library, stem: str, options: tuple[str, ...]
) -> None:
    for model in (solver(options[0]), NoModel()):
        decision = decide(notes, model, Pasted(stem, options))
        assert (decision.key, decision.source) == ((), "undecided")


def test_without_a_model_one_clear_line_decides(notes: Library) -> None:
    stem = "Which one queries files in S3 with SQL and is serverless?"
    decision = decide(notes, NoModel(), Pasted(stem, OPTIONS))
    assert (decision.key, decision.source) == ((2,), "notes")
    assert decision.citations[0].quote.startswith("- queries files in S3")
    assert 0.5 < decision.confidence <= 0.9


def test_without_a_model_no_clear_line_leaves_it_open(notes: Library) -> None:
    stem = "Which service is the best one?"
    assert decide(notes, NoModel(), Pasted(stem, OPTIONS)).source == "undecided"


PAST = "A school wants to convert recorded lessons into written text for its pupils. Which one?"


@pytest.mark.parametrize("order", [OPTIONS, OPTIONS[::-1]])
def test_the_answer_in_the_notes_to_the_same_question_is_the_proof(
    notes: Library, order: tuple[str, ...]
) -> None:
    model = solver("Polly")
    decision = decide(notes, model, Pasted(PAST, order))
    assert (decision.key, decision.source) == ((order.index("Transcribe"),), "notes")
    assert decision.citations[0].quote == "- Ans: Transcribe"
    assert not model.asked


def test_a_past_question_without_its_answer_among_the_options_decides_nothing(
    notes: Library,
) -> None:
    decision = decide(notes, NoModel(), Pasted(PAST, ("Kendra", "Firehose", "Athena")))
    assert decision.source == "undecided"


@pytest.mark.parametrize(
    "pasted",
    [
        Pasted("", ()),
        Pasted(STEM, ("Transcribe",)),
        Pasted(STEM, OPTIONS, problems=("Two options are the same.",)),
        Pasted(STEM, OPTIONS, select=0),
        Pasted(STEM, OPTIONS, select=4),
    ],
    ids=["empty", "one option", "problems", "all that apply", "all of them"],
)
def test_what_cannot_be_decided_is_open(notes: Library, pasted: Pasted) -> None:
    model = solver("Transcribe")
    assert decide(notes, model, pasted).source == "undecided"
    assert not model.asked


@pytest.mark.parametrize(
    "model",
    [
        solver(Reply("A", fail_after=0)),
        solver("Transcribe", Reply("A", fail_after=0)),
        solver("=I would rather talk about pizza"),
        FakeProvider(state=ModelState("loading", "loading")),
    ],
    ids=["dies", "dies midway", "off topic", "not ready"],
)
def test_without_an_answer_of_the_model_the_lines_decide(
    notes: Library, model: FakeProvider
) -> None:
    stem = "Which one queries files in S3 with SQL and is serverless?"
    assert decide(notes, model, Pasted(stem, OPTIONS)).key == (2,)


def test_cancel_leaves_it_open(notes: Library) -> None:
    cancel, model = threading.Event(), solver("Transcribe")
    cancel.set()
    explainer = PastedExplainer(notes.retriever, model)
    assert explainer.decide(OPEN, cancel).source == "undecided"
    assert not model.asked


@pytest.mark.model
@pytest.mark.embedding
@pytest.mark.timeout(900)
def test_the_real_model_decides_only_what_the_real_notes_hold(shared: Path, tmp_path: Path) -> None:
    import time

    from retrieval.embedder import SentenceEmbedder

    made = Library([shared / "notes"], tmp_path, SentenceEmbedder())
    made.update()
    model = make_provider(load_settings(llm="embedded", model_timeout="300"))
    model.start()
    assert model.wait(800).phase == "ready"
    decider = Decider(made.retriever, model)
    began = time.perf_counter()
    held = decider.decide(
        Pasted(
            "A team has a highly imbalanced fraud dataset and wants to create synthetic samples "
            "of the minority class. Which technique fits?",
            ("PCA", "SMOTE", "One-hot encoding", "Dropout"),
        )
    )
    strange = decider.decide(
        Pasted("Which planet is the largest?", ("Mercury", "Jupiter", "Venus", "Saturn"))
    )
    seconds = time.perf_counter() - began
    model.close()
    assert (held.key, held.source) == ((1,), "notes")
    assert any("minority" in citation.quote for citation in held.citations)
    assert strange.source == "undecided"
    assert seconds < 300  # a stall, not a benchmark: the machine may be busy

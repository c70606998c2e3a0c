"""Explaining every option, of items and of pasted questions."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from core.errors import IndexMissing
from core.practice import Decision, Explanation, Item, Option, Pasted, Response
from core.settings import load_settings
from core.types import Sentence
from ingest.library import Library
from providers import make_provider
from providers.base import ChatProvider, ModelState, NoModel
from providers.ladder import Ladder
from providers.traits import LARGE, SMALL, ModelTraits
from quiz.explain.item import ItemExplainer
from quiz.explain.pasted import PastedExplainer
from retrieval.retriever import Retriever
from tests.fakes import FakeEmbedder, FakeProvider, Reply, ScriptedModel
from tests.study_notes import cite, library
from ui.records_practice import pasted_record

POLLY, TRANSCRIBE, ATHENA, KENDRA = range(4)
GOOD = {
    "Polly": "Polly turns written text into speech with many voices [1].",
    "Transcribe": "Transcribe turns recorded speech into written text [1].",
    "Athena": "Athena queries files in S3 with SQL [1].",
}
STEM = "A bank wants to turn recorded speech of its callers into text. Which service fits?"
PASTED = Pasted(STEM, ("Polly", "Transcribe", "Athena", "Kendra"), 1, (POLLY,))
DECIDED = Decision((TRANSCRIBE,), "given", 1.0)


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("explain"))


def provider(**said: str | Reply) -> FakeProvider:
    """A model that says this of each thing; of others that the notes say nothing."""
    rules = [(f"Thing: {name}\n", text) for name, text in {**GOOD, **said}.items()]
    return FakeProvider(ScriptedModel(rules=[*rules, ("Thing: ", "NOT IN NOTES")]))


def option(name: str, text: str) -> Option:
    return Option(name, f"{name}: {text}", (cite(text),), name)


def item() -> Item:
    options = (
        option("Polly", "turns written text into speech"),
        option("Transcribe", "turns recorded speech"),
        option("Athena", "queries files in S3"),
        Option("Kendra"),
    )
    proofs = (cite("turns recorded speech"),)
    return Item(
        "i1", "scenario", "template", STEM, options, (TRANSCRIBE,), "Transcribe", ("f",), proofs
    )


def explained(
    notes: Library, model: ChatProvider, cancel: threading.Event | None = None
) -> list[Explanation]:
    explainer = ItemExplainer(notes.retriever, model)
    return list(explainer.explain(item(), Response("i1", (POLLY,)), cancel))


def pasted(notes: Library, model: ChatProvider, question: Pasted = PASTED) -> list[Explanation]:
    return list(PastedExplainer(notes.retriever, model).explain(question, DECIDED))


def words_of(sentences: tuple[Sentence, ...]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def test_what_is_known_comes_first_and_asks_nobody() -> None:
    def retriever() -> Retriever:
        raise AssertionError("what is known needs no search")

    model = provider()
    first = next(ItemExplainer(retriever, model).explain(item(), Response("i1", (POLLY,))))
    assert [note.verdict for note in first.options] == ["wrong", "right", "wrong", "wrong"]
    assert [note.silent for note in first.options] == [False, False, False, True]
    assert first.options[ATHENA].sentences[0].text == "Athena: queries files in S3"
    assert first.options[ATHENA].sentences[0].citations[0].quote.startswith("- queries files")
    assert not first.done
    assert not model.asked


def test_the_model_explains_the_chosen_the_right_and_the_others(notes: Library) -> None:
    model = provider()
    seen = explained(notes, model)
    last = seen[-1]
    assert last.done
    assert last.answered_by == "scripted"
    assert words_of(last.options[ATHENA].sentences) == "Athena queries files in S3 with SQL."
    chosen = words_of(last.options[POLLY].sentences)
    assert chosen.startswith("Polly turns written text into speech")
    assert "The right one differs: Transcribe turns recorded speech" in chosen
    assert words_of(last.options[TRANSCRIBE].sentences) == "Transcribe: turns recorded speech"
    assert words_of(last.summary) == "Transcribe turns recorded speech into written text."
    assert all(s.citations for note in last.options for s in note.sentences)
    assert any(step.draft for step in seen)
    order = [prompt.rsplit("Thing: ", 1)[1].split("\n")[0] for prompt in model.model.prompts]
    assert order == ["Polly", "Transcribe", "Athena"]


def test_a_place_in_the_notes_has_one_number(notes: Library) -> None:
    last = explained(notes, provider())[-1]
    sentences = [s for note in last.options for s in note.sentences] + list(last.summary)
    numbers = {(c.note, c.first_line): c.number for s in sentences for c in s.citations}
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))


HOSTILE = {
    "a line that is not there": "Athena is a goddess of wisdom [99].",
    "line zero": "Athena runs Kubernetes pods [0].",
    "an invented figure": "Athena queries files in S3 with SQL in 30 seconds [1].",
    "an invented name": "Athena queries files in S3 with SQL and Snowflake [1].",
    "a sentence about something else": "Services such as Athena query files in S3 with SQL [1].",
    "the opposite": "Athena does not query files in S3 with SQL [1].",
    "another thing": "The Eiffel Tower stands in Paris [1].",
    "a refusal": "NOT IN NOTES",
    "nothing": "",
    "marks only": "[1] [2]",
    "what was asked back": "Athena [1].",
    "broken off": "Athena queries files in",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_the_lines_do_not_say_is_never_shown(notes: Library, said: str) -> None:
    last = explained(notes, provider(Athena=said))[-1]
    assert words_of(last.options[ATHENA].sentences) == "Athena: queries files in S3"
    asked = pasted(notes, provider(Athena=said))[-1]
    assert words_of(asked.options[ATHENA].sentences) == (
        "Services: Athena: queries files in S3 with SQL and is serverless"
    )


def test_of_two_sentences_the_proven_one_stays(notes: Library) -> None:
    said = "Athena queries files in S3 with SQL [1]. It was founded by Leonardo in 1503 [1]."
    last = explained(notes, provider(Athena=said))[-1]
    assert words_of(last.options[ATHENA].sentences) == "Athena queries files in S3 with SQL."


def test_an_off_topic_model_leaves_what_is_known(notes: Library) -> None:
    model = FakeProvider(ScriptedModel(rules=[("", "As an AI I love pizza from Naples [1].")]))
    seen = explained(notes, model)
    assert seen[-1].options == seen[0].options
    assert seen[-1].answered_by == "extractive"
    assert not seen[-1].notice


def test_without_a_model_the_known_is_all(notes: Library) -> None:
    first, last = explained(notes, NoModel())
    assert last.options == first.options
    assert last.done
    assert not last.notice


def test_a_model_that_is_not_ready_is_told(notes: Library) -> None:
    loading = FakeProvider(state=ModelState("loading", "loading the file"))
    last = explained(notes, loading)[-1]
    assert last.done
    assert "loading the file" in last.notice


@pytest.mark.parametrize("after", [0, 2])
def test_a_model_that_dies_leaves_what_was_said(notes: Library, after: int) -> None:
    model = provider(Transcribe=Reply(GOOD["Transcribe"], fail_after=after))
    last = explained(notes, model)[-1]
    assert last.done
    assert last.notice
    assert not last.draft
    assert words_of(last.options[POLLY].sentences) == GOOD["Polly"].replace(" [1]", "")
    assert words_of(last.options[TRANSCRIBE].sentences) == "Transcribe: turns recorded speech"


class Counted(FakeProvider):
    """A rung with a name, and as much to read as its traits say."""

    def __init__(self, label: str, traits: ModelTraits, **said: str | Reply) -> None:
        super().__init__(provider(**said).model)
        self.label, self.traits = label, traits

    @property
    def things(self) -> list[str]:
        return [p.rsplit("Thing: ", 1)[1].split("\n")[0] for p in self.model.prompts]


def test_where_the_model_fails_the_next_one_goes_on_with_the_same_option(notes: Library) -> None:
    top = Counted("large", LARGE, Transcribe=Reply("-", fail_after=0))
    low = Counted("small", SMALL)
    last = explained(notes, Ladder((top, low), pause=lambda *_: None))[-1]
    assert last.done
    assert (top.things, low.things) == (["Polly", "Transcribe"], ["Transcribe", "Athena"])
    assert words_of(last.summary) == "Transcribe turns recorded speech into written text."
    assert words_of(last.options[ATHENA].sentences) == "Athena queries files in S3 with SQL."
    assert last.notice.startswith("Answered by small: ")
    assert last.answered_by == "small"
    assert [call["max_tokens"] for call in low.asked] == [SMALL.sentence_tokens] * 2


@pytest.mark.parametrize("first", ["Transcribe turns speech", GOOD["Transcribe"] + " It"])
def test_a_model_that_dies_in_an_option_is_followed_by_the_next(notes: Library, first: str) -> None:
    top = Counted("large", LARGE, Transcribe=Reply(f"{first} and", fail_after=len(first.split())))
    low = Counted("small", SMALL)
    last = explained(notes, Ladder((top, low), pause=lambda *_: None))[-1]
    assert words_of(last.summary) == "Transcribe turns recorded speech into written text."
    assert low.things == (["Transcribe", "Athena"] if "[1]" not in first else ["Athena"])
    assert not last.draft


def test_a_larger_model_reads_and_says_more(tmp_path: Path) -> None:
    facts = (
        "turns text into speech",
        "knows many voices",
        "reads lexicons of pronunciation",
        "marks words for captions",
        "takes text in chunks of a few thousand letters",
    )
    (tmp_path / "notes").mkdir()
    text = "Polly\n" + "".join(f"\t- {fact}\n" for fact in facts)
    (tmp_path / "notes" / "polly.txt").write_text(text, encoding="utf-8")
    made = Library([tmp_path / "notes"], tmp_path / "var", FakeEmbedder())
    made.update()
    said = "Polly turns text into speech. Polly knows many voices. Polly marks words for captions."
    read, sentences = [], []
    for traits in (SMALL, LARGE):
        model = Counted("one", traits, Polly=said)
        last = pasted(made, model, Pasted("Which one reads text aloud?", ("Polly", "Kendra")))[-1]
        sentences.append(len(last.options[0].sentences))
        read.append(model.model.prompts[0].rsplit("\nLines:\n", 1)[1].count("\n["))
        assert model.asked[0]["max_tokens"] == traits.sentence_tokens
    assert sentences == [2, 3]
    assert read[0] < read[1] == len(facts)


@pytest.mark.parametrize(
    "said",
    [
        "Athena queries files in S3 with SQL 3.",
        "Athena queries files in S3, e.g.",
        "Athena queries files in S3.",
        "Athena queries files in S3 [1]",
    ],
)
def test_what_the_token_limit_broke_off_is_never_shown_as_whole(notes: Library, said: str) -> None:
    last = explained(notes, provider(Athena=Reply(said, finish="length")))[-1]
    assert words_of(last.options[ATHENA].sentences) == "Athena: queries files in S3"


def test_a_whole_sentence_at_the_token_limit_is_shown(notes: Library) -> None:
    whole = Reply(GOOD["Athena"] + " It is", finish="length")
    for said in (whole, Reply(GOOD["Athena"], finish="length")):
        last = explained(notes, provider(Athena=said))[-1]
        assert words_of(last.options[ATHENA].sentences) == "Athena queries files in S3 with SQL."


def test_cancel_ends_soon_with_what_there_is(notes: Library) -> None:
    model, cancel = provider(), threading.Event()
    seen = []
    for step in ItemExplainer(notes.retriever, model).explain(
        item(), Response("i1", (POLLY,)), cancel
    ):
        seen.append(step)
        if step.draft:
            cancel.set()
    assert seen[-1].done
    assert not seen[-1].draft
    assert len(model.asked) == 1


def test_cancelled_before_it_begins_asks_nobody(notes: Library) -> None:
    cancel, model = threading.Event(), provider()
    cancel.set()
    assert explained(notes, model, cancel)[-1].done
    assert not model.asked


def test_a_lost_index_is_a_notice_not_a_crash() -> None:
    def lost() -> Retriever:
        raise IndexMissing("There is no index yet.")

    seen = list(ItemExplainer(lost, provider()).explain(item(), Response("i1", (POLLY,))))
    assert "no index" in seen[-1].notice
    assert seen[-1].options[ATHENA].sentences


def test_a_gap_is_explained_by_its_lines(notes: Library) -> None:
    proof = cite("take up water")
    gap = Item("g", "gap", "template", "____ take up water", (), (), "Roots", ("f",), (proof,))
    model = provider()
    last = list(ItemExplainer(notes.retriever, model).explain(gap, Response("g")))[-1]
    assert last.options == ()
    assert words_of(last.summary) == proof.quote
    assert not model.asked


def test_true_and_false_are_no_things_to_describe(notes: Library) -> None:
    true = Option("True", "Roots: take up water", (cite("take up water"),))
    stem = "True or false: roots take up water"
    made = Item(
        "t", "true_false", "template", stem, (true, Option("False")), (0,), "Roots", ("f",), ()
    )
    model = provider()
    last = list(ItemExplainer(notes.retriever, model).explain(made, Response("t", (1,))))[-1]
    assert words_of(last.options[0].sentences) == "Roots: take up water"
    assert not model.asked


def test_a_property_is_described_by_its_own_line(notes: Library) -> None:
    text = "lexicons customise pronunciation"
    own = Option("Lexicons customise pronunciation", f"Polly: {text}", (cite(text),), "Polly")
    other = option("Transcribe", "custom vocabularies")
    made = Item(
        "p",
        "property",
        "template",
        "What is true of Polly?",
        (own, other),
        (0,),
        "Polly",
        ("f",),
        (),
    )
    model = provider(Polly="Polly customises pronunciation with lexicons [1].")
    last = list(ItemExplainer(notes.retriever, model).explain(made, Response("p", (0,))))[-1]
    assert words_of(last.summary) == "Polly customises pronunciation with lexicons."
    assert words_of(last.options[0].sentences) == "Polly: lexicons customise pronunciation"
    assert "[2]" not in model.model.prompts[0].rsplit("Thing: ", 1)[1]


def test_pasted_options_are_quoted_at_once(notes: Library) -> None:
    first, last = pasted(notes, NoModel())
    assert first.options == last.options
    assert [note.silent for note in last.options] == [False, False, False, True]
    assert words_of(last.options[ATHENA].sentences).startswith("Services: Athena: queries files")
    assert last.options[ATHENA].sentences[0].citations[0].quote.startswith("- queries files")


def test_pasted_options_are_explained_by_the_model(notes: Library) -> None:
    last = pasted(notes, provider())[-1]
    assert words_of(last.options[ATHENA].sentences) == "Athena queries files in S3 with SQL."
    assert words_of(last.summary) == "Transcribe turns recorded speech into written text."
    assert last.options[KENDRA].silent


def test_nothing_is_called_right_when_the_notes_do_not_decide(notes: Library) -> None:
    explainer = PastedExplainer(notes.retriever, provider())
    last = list(explainer.explain(PASTED, Decision()))[-1]
    assert {note.verdict for note in last.options} == {"undecided"}
    assert last.summary == ()


SILENT = ("Kendra", "Amazon Kendra", "Vitamin D", "Jane Austen", "443", "Zxqvw the Great", "…")


@pytest.mark.parametrize("text", SILENT)
def test_the_notes_are_silent_about_what_they_do_not_name(notes: Library, text: str) -> None:
    question = Pasted(STEM, (text, "Polly"))
    assert pasted(notes, NoModel(), question)[-1].options[0].silent


def test_the_record_holds_what_is_printed(notes: Library) -> None:
    record = pasted_record(PASTED, DECIDED, pasted(notes, provider())[-1])
    assert record["key"] == ["B"]
    assert record["key_texts"] == ["Transcribe"]
    assert record["key_source"] == "given"
    assert record["parsed"]["mine"] == ["A"]
    athena = record["options"][ATHENA]
    assert athena["verdict"] == "wrong"
    assert athena["citations"][0]["note"] == "services.txt"
    assert athena["citations"][0]["quote"].startswith("- queries files")
    assert record["options"][KENDRA]["silent"]


def test_the_record_of_what_was_not_explained() -> None:
    record = pasted_record(Pasted("", (), problems=("Nothing was pasted.",)), Decision(), None)
    assert record["parsed"]["problems"] == ["Nothing was pasted."]
    assert record["options"] == []
    assert record["key_source"] == "undecided"


@pytest.mark.model
@pytest.mark.embedding
@pytest.mark.timeout(900)
def test_the_real_model_explains_from_the_real_notes(shared: Path, tmp_path: Path) -> None:
    from retrieval.embedder import SentenceEmbedder

    made = Library([shared / "notes"], tmp_path, SentenceEmbedder())
    made.update()
    model = make_provider(load_settings(llm="embedded", model_timeout="300"))
    model.start()
    assert model.wait(800).phase == "ready"
    explainer = PastedExplainer(made.retriever, model)
    question = explainer.parse(
        "Recorded calls must become text that can be searched. Which service fits?\n"
        "A. Amazon Polly\nB. Amazon Transcribe\nC. Amazon Translate\nD. Amazon Zebrafish\n"
        "My answer: A\nCorrect: B"
    )
    began = time.perf_counter()
    last = list(explainer.explain(question, explainer.decide(question)))[-1]
    seconds = time.perf_counter() - began
    model.close()
    assert last.done
    assert not last.notice
    assert last.answered_by == model.label
    assert [note.silent for note in last.options] == [False, False, False, True]
    assert "speech" in words_of(last.summary).lower()
    assert all(s.citations for note in last.options for s in note.sentences)
    assert seconds < 300  # a stall, not a benchmark: the machine may be busy

"""The way of a question: over a real index and a stand-in model on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.chain import AskChain
from chat.events import Answered, Drafting, EvidenceFound, SentenceReady
from core.errors import IndexMissing, ModelUnavailable, NoteproofError
from core.types import Answer, Turn
from ingest.library import Library
from providers.base import ChatProvider, ModelState, NoModel
from providers.ladder import Ladder
from providers.openai_compatible import OpenAIProvider
from providers.traits import LARGE, SMALL, ModelTraits
from tests.clock import PATIENCE
from tests.fakes import FakeEmbedder, FakeProvider, Reply, ScriptedModel
from tests.standin_openai import StandIn, standin_openai

NOTES = {
    "storage.txt": "Storage\n\t- S3 stores objects of any size\n"
    "\t- EFS is shared between servers\n",
    "tea.md": "# Tea\n\n- green tea brews at 80 C\n- green tea is best at 70 C\n",
}
ANSWER, JUDGE, TERMS, FREE = "numbered lines", "You check", "From the headings", "general knowledge"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in NOTES.items():
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    library = Library([tmp_path / "notes"], tmp_path / "var", FakeEmbedder())
    library.update()
    return library


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with standin_openai() as server:
        yield server


def chain(library: Library, standin: StandIn, *lower: ChatProvider) -> AskChain:
    provider = OpenAIProvider(standin.base_url, "key", "small", timeout=PATIENCE)
    provider.start()
    assert provider.wait(PATIENCE).phase == "ready"
    return AskChain(library.retriever, Ladder((provider, *lower), pause=lambda *_: None))


def script(standin: StandIn, answer: str, judge: str = "YES", terms: str = "storage") -> None:
    standin.script = [
        (ANSWER, tuple(answer.split(" ")) if "|" not in answer else tuple(answer.split("|"))),
        (JUDGE, (judge,)),
        (TERMS, (terms,)),
        (FREE, ("Paris", " is", " the", " capital", ".")),
    ]
    if "|" not in answer:
        standin.script[0] = (ANSWER, tuple(f"{word} " for word in answer.split(" ")))


def answer_of(chain: AskChain, question: str, **options: object) -> Answer:
    events = list(chain.stream(question, **options))
    assert isinstance(events[-1], Answered)
    return events[-1].answer


def number_of(standin: StandIn, text: str) -> int:
    """The evidence number that the model was given for a line."""
    lines = str(standin.requests[-1]["messages"][-1]["content"]).splitlines()
    return next(int(line[1 : line.index("]")]) for line in lines if text in line)


def test_evidence_comes_first_and_the_answer_last(library: Library, standin: StandIn) -> None:
    script(standin, "S3 stores objects of any size [1].")
    events = list(chain(library, standin).stream("What does S3 store?"))
    assert isinstance(events[0], EvidenceFound)
    assert events[0].nearest[0].quote == "- S3 stores objects of any size"
    kinds = [type(event) for event in events]
    assert kinds.index(Drafting) < kinds.index(SentenceReady)
    assert kinds[-1] is Answered


def test_a_proven_sentence_quotes_its_line(library: Library, standin: StandIn) -> None:
    script(standin, "S3 stores objects of any size [1].")
    answer = answer_of(chain(library, standin), "What does S3 store?")
    (citation,) = answer.sentences[0].citations
    assert (citation.note, citation.first_line, citation.number) == ("storage.txt", 2, 1)
    assert citation.quote == "- S3 stores objects of any size"
    assert "small" in answer.answered_by
    assert not answer.abstained
    assert answer.timings.prompt_tokens > 0
    assert answer.timings.first_token_ms is not None
    assert answer.timings.evidence_ms <= answer.timings.first_token_ms <= answer.timings.total_ms


def test_an_invented_sentence_is_dropped_and_the_proven_one_stays(
    library: Library, standin: StandIn
) -> None:
    script(standin, "S3 stores objects of any size [1]. S3 was launched in 2006 [1].")
    answer = answer_of(chain(library, standin), "What does S3 store?")
    assert [s.text for s in answer.sentences] == ["S3 stores objects of any size."]


@pytest.mark.parametrize(
    ("reply", "judge"),
    [
        ("NOT IN NOTES", "NO"),
        ("S3 was launched in 2006 [1].", "NO"),
        ("S3 stores objects of any size [1].", "NO"),  # true, and not what was asked
    ],
)
def test_without_proof_it_abstains_with_the_nearest_lines(
    library: Library, standin: StandIn, reply: str, judge: str
) -> None:
    script(standin, reply, judge)
    answer = answer_of(chain(library, standin), "When was S3 launched?")
    assert answer.abstained
    assert answer.sentences == ()
    assert answer.nearest[0].note == "storage.txt"


@pytest.mark.parametrize(
    ("question", "abstains"),
    [
        ("What does S3 store?", False),
        ("What does EBS9 store?", True),
        ("Can servers share EFS, or stores S3 objects of any size between servers?", True),
    ],
)
def test_lines_speak_for_themselves_unless_the_question_names_what_the_notes_do_not_know(
    library: Library, standin: StandIn, question: str, abstains: bool
) -> None:
    script(standin, "NOT IN NOTES", "YES")
    answer = answer_of(chain(library, standin), question, notes={"storage.txt"})
    assert answer.abstained is abstains


def test_a_refusal_is_never_shown_as_a_draft(library: Library, standin: StandIn) -> None:
    script(standin, "NOT| IN| NOTES", "NO")
    events = chain(library, standin).stream("When was S3 launched?")
    assert {event.text for event in events if isinstance(event, Drafting)} == {""}


def test_lines_that_contradict_each_other_are_both_cited(
    library: Library, standin: StandIn
) -> None:
    script(standin, "Green tea brews at 80 C [1]. Another line says green tea is best at 70 C [2].")
    answer = answer_of(chain(library, standin), "How hot for green tea?")
    assert sorted(c.first_line for c in answer.citations) == [3, 4]
    assert len(answer.sentences) == 2


def test_after_the_first_sentence_each_must_bring_something_new(
    library: Library, standin: StandIn
) -> None:
    script(standin, "S3 stores objects of any size [1]. So S3 does store objects [1].")
    answer = answer_of(chain(library, standin), "Does S3 store objects?")
    assert [s.text for s in answer.sentences] == ["S3 stores objects of any size."]


def test_nothing_is_said_twice(library: Library, standin: StandIn) -> None:
    script(standin, "S3 stores objects of any size [1]. S3 stores objects, of any size! [1]")
    answer = answer_of(chain(library, standin), "What does S3 store?")
    assert [s.text for s in answer.sentences] == ["S3 stores objects of any size."]


def test_sources_that_are_left_out_give_no_evidence(library: Library, standin: StandIn) -> None:
    script(standin, "NOT IN NOTES", "NO")
    answer = answer_of(chain(library, standin), "What does S3 store?", notes={"tea.md"})
    assert {citation.note for citation in answer.nearest} == {"tea.md"}
    assert standin.requests
    assert not any("objects of any size" in str(r["messages"][-1]) for r in standin.requests)


def test_a_follow_up_is_searched_with_the_question_before(
    library: Library, standin: StandIn
) -> None:
    script(standin, "S3 stores objects of any size [1].")
    history = [Turn("user", "What is S3?"), Turn("assistant", "Storage.")]
    found = chain(library, standin).search("and what does it store?", history, use_model=False)
    assert found.query == "What is S3? and what does it store?"
    assert found.hits[0].passage.note == "storage.txt"


def test_words_the_notes_do_not_use_are_helped_by_terms(library: Library, standin: StandIn) -> None:
    asked, question = chain(library, standin), "a common drive for machines"
    script(standin, "-", terms="made up; EFS is shared between servers")
    alone = asked.search(question, use_model=False)
    assert alone.unsure
    helped = asked.search(question)
    assert helped.hits[0].passage.note == "storage.txt"
    assert alone.hits[0].passage.note == "tea.md"
    assert "EFS is shared between servers" in str(standin.requests[-1]["messages"][-1])


def test_without_notes_the_answer_is_marked_and_cites_nothing(
    library: Library, standin: StandIn
) -> None:
    script(standin, "-")
    answer = answer_of(chain(library, standin), "Capital of France?", from_notes=False)
    assert not answer.from_notes
    assert answer.text == "Paris is the capital."
    assert answer.citations == ()
    assert not any(sentence.supported for sentence in answer.sentences)


@pytest.mark.parametrize(
    "mode", ["dies", "garbage", "html", "401", "404", "429", "500", "too_long", "error_event"]
)
def test_a_model_that_fails_leaves_the_best_lines_and_says_so(
    library: Library, standin: StandIn, mode: str
) -> None:
    asked = chain(library, standin)
    standin.mode = mode
    answer = answer_of(asked, "What does S3 store?")
    assert answer.answered_by == "extractive"
    assert answer.notice.startswith("Answered without a model: ")
    assert any(c.quote == "- S3 stores objects of any size" for c in answer.citations)


def below(answer: str | Reply = "S3 stores objects of any size [1].") -> FakeProvider:
    rules = [(ANSWER, answer), (JUDGE, "YES"), (TERMS, "storage"), (FREE, answer)]
    return FakeProvider(ScriptedModel(rules=rules))


@pytest.mark.parametrize("mode", ["dies", "ends", "html", "401", "429", "500", "error_event"])
def test_a_model_that_fails_leaves_the_answer_to_the_next_and_says_so(
    library: Library, standin: StandIn, mode: str
) -> None:
    asked = chain(library, standin, below())
    standin.mode = mode
    events = list(asked.stream("What does S3 store?"))
    assert isinstance(events[-1], Answered)
    answer = events[-1].answer
    assert answer.text == "S3 stores objects of any size."
    assert answer.answered_by == "scripted"
    assert answer.notice.startswith("Answered by scripted: small (http://")
    assert events.count(Drafting("")) >= 1


def test_who_is_not_there_at_the_start_leaves_the_answer_to_the_next(library: Library) -> None:
    missing = FakeProvider(state=ModelState("failed", "Nothing answers there."))
    answer = answer_of(AskChain(library.retriever, Ladder((missing, below()))), "What is S3?")
    assert answer.answered_by == "scripted"
    assert answer.notice == "Answered by scripted: Nothing answers there."


def test_when_every_model_fails_the_lines_answer_with_the_trouble_of_the_first(
    library: Library, standin: StandIn
) -> None:
    asked = chain(library, standin, below(Reply("-", fail_after=0)))
    standin.mode = "401"
    answer = answer_of(asked, "What does S3 store?")
    assert answer.answered_by == "extractive"
    assert "refused the key" in answer.notice
    assert answer.citations


@pytest.mark.parametrize("lower", [(), (below(),)], ids=["alone", "with another below"])
@pytest.mark.parametrize("mode", ["dies", "ends", "garbage", "error_event"])
def test_a_stream_that_is_cut_keeps_the_sentences_that_were_checked(
    library: Library, standin: StandIn, mode: str, lower: tuple[ChatProvider, ...]
) -> None:
    asked = chain(library, standin, *lower)
    standin.mode = mode
    standin.answer = ("S3 stores objects of any size [1]. ", "EFS is sha", "red")
    answer = answer_of(asked, "What does S3 store?")
    assert [s.text for s in answer.sentences] == ["S3 stores objects of any size."]
    assert answer.citations[0].quote == "- S3 stores objects of any size"
    assert answer.answered_by.startswith("small (")
    assert answer.notice.startswith("The model broke off; what it had said until then")
    assert "small (http://" in answer.notice
    assert not answer.abstained


def test_an_answer_without_notes_that_is_cut_keeps_what_was_said(
    library: Library, standin: StandIn
) -> None:
    asked = chain(library, standin, below("Paris is the capital."))
    standin.mode, standin.answer = "dies", ("Paris is the capital. ", "It ", "lies")
    answer = answer_of(asked, "Capital of France?", from_notes=False)
    assert answer.text == "Paris is the capital."
    assert answer.notice.startswith("The model broke off")
    standin.mode = "401"
    answer = answer_of(asked, "Capital of France?", from_notes=False)
    assert (answer.text, answer.answered_by) == ("Paris is the capital.", "scripted")
    assert answer.notice.startswith("Answered by scripted: ")


def test_when_only_the_second_look_fails_the_proven_sentences_stay(
    library: Library, standin: StandIn
) -> None:
    script(standin, "S3 stores objects of any size [1].")
    asked = chain(library, standin)
    standin.modes = ["ok", "401"]
    answer = answer_of(asked, "What does S3 store?")
    assert answer.text == "S3 stores objects of any size."
    assert "refused the key" in answer.notice


def test_a_model_that_is_gone_leaves_the_best_lines(library: Library) -> None:
    with standin_openai() as server:
        asked = chain(library, server)
    answer = answer_of(asked, "What does S3 store?")
    assert answer.answered_by == "extractive"
    assert answer.citations


LONG = "".join(
    f"Topic {n}\n"
    + "".join(f"\t- S3 fact {n}.{m} says that objects are stored in buckets\n" for m in range(30))
    for n in range(9)
)


def long_notes(tmp_path: Path) -> Library:
    (tmp_path / "long").mkdir()
    (tmp_path / "long" / "long.txt").write_text(LONG, encoding="utf-8")
    library = Library([tmp_path / "long"], tmp_path / "home", FakeEmbedder())
    library.update()
    return library


class Reader(FakeProvider):
    """Reads so much, and fails before its first word if it is to."""

    def __init__(self, label: str, traits: ModelTraits, *, fails: bool = False) -> None:
        reply = Reply("-", fail_after=0) if fails else Reply("S3 stores objects [1].")
        super().__init__(ScriptedModel(rules=[(JUDGE, "YES"), (TERMS, "none"), (ANSWER, reply)]))
        self.label, self.traits = label, traits

    @property
    def read(self) -> list[int]:
        """Evidence lines in each question that it was given."""
        return [
            asked.rsplit("\nLines:\n", 1)[1].count("\n[")
            for asked in self.model.prompts
            if ANSWER in asked
        ]


@pytest.mark.parametrize(
    ("setting", "above", "below"), [(0, (40, 140), (4, 16)), (1000, (30, 70), (30, 70))]
)
def test_a_lower_rung_gets_evidence_of_its_own_size(
    tmp_path: Path, setting: int, above: tuple[int, int], below: tuple[int, int]
) -> None:
    top, low = Reader("large", LARGE, fails=True), Reader("small", SMALL)
    asked = AskChain(
        long_notes(tmp_path).retriever,
        Ladder((top, low), pause=lambda *_: None),
        evidence_tokens=setting,
    )
    answer = answer_of(asked, "What does S3 store in buckets?")
    assert answer.answered_by == "small"
    assert answer.notice.startswith("Answered by small: ")
    (large,), (small,) = top.read, low.read
    assert above[0] <= large <= above[1]
    assert below[0] <= small <= below[1]
    assert top.asked[-1]["max_tokens"] == LARGE.answer_tokens
    assert SMALL.answer_tokens in [call["max_tokens"] for call in low.asked]


@pytest.mark.parametrize(
    ("said", "finish", "shown"),
    [
        ("S3 stores objects of any size [1]. EFS is shared between", "length", 1),
        ("S3 stores objects of any size [1]. EFS is shared between servers 3.", "length", 1),
        ("S3 stores objects of any size [1]. EFS is shared between servers [2].", "length", 2),
        ("S3 stores objects of any size [1]. EFS is shared between servers [2]", "stop", 2),
    ],
)
def test_what_the_token_limit_broke_off_is_no_sentence(
    library: Library, said: str, finish: str, shown: int
) -> None:
    rules = [(JUDGE, "YES"), (TERMS, "none"), (ANSWER, Reply(said, finish=finish))]
    asked = AskChain(library.retriever, FakeProvider(ScriptedModel(rules=rules)))
    answer = answer_of(asked, "What is known of both of them?")
    assert len(answer.sentences) == shown


def test_without_a_model_the_best_lines_answer(library: Library) -> None:
    answer = answer_of(AskChain(library.retriever, NoModel()), "What does S3 store?")
    assert answer.answered_by == "extractive"
    assert answer.notice == ""
    assert answer.sentences[0].citations
    assert not answer.abstained


def test_without_a_model_nonsense_is_refused(library: Library) -> None:
    answer = answer_of(AskChain(library.retriever, NoModel()), "Wer gewann gestern Fussball?")
    assert answer.abstained


def test_without_notes_and_without_a_model_it_says_what_to_do(library: Library) -> None:
    with pytest.raises(ModelUnavailable, match="NOTEPROOF_LLM"):
        answer_of(AskChain(library.retriever, NoModel()), "Capital?", from_notes=False)


def test_stop_hangs_up_and_keeps_what_is_proven(library: Library, standin: StandIn) -> None:
    asked = chain(library, standin)
    standin.mode, standin.answer = "slow", ("S3 stores objects [1]. ", "Then ", "more")
    cancel = threading.Event()
    events = []
    for event in asked.stream("What does S3 store?", cancel=cancel):
        events.append(event)
        if isinstance(event, Drafting) and "Then" in event.text:
            cancel.set()
    assert standin.hung_up.wait(PATIENCE)
    last = events[-1]
    assert isinstance(last, Answered)
    assert [s.text for s in last.answer.sentences] == ["S3 stores objects."]


@pytest.mark.parametrize("question", ["", "  ", "x" * 20_000])
def test_a_bad_question_is_refused_before_anything_is_done(
    library: Library, standin: StandIn, question: str
) -> None:
    asked = chain(library, standin)
    with pytest.raises(NoteproofError):
        list(asked.stream(question))
    assert standin.requests == []


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    library = Library([tmp_path], tmp_path / "var", FakeEmbedder())
    with pytest.raises(IndexMissing):
        list(AskChain(library.retriever, NoModel()).stream("What?"))

"""The whole way with the real embedding model and the real local model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from chat.chain import AskChain
from chat.events import Answered, Drafting
from core.errors import ModelUnavailable
from core.settings import load_settings
from core.types import Answer
from ingest.library import Library
from providers import make_provider
from providers.base import ChatProvider
from providers.streaming import stream_text
from retrieval.embedder import SentenceEmbedder

pytestmark = [pytest.mark.model, pytest.mark.embedding, pytest.mark.timeout(900)]

NOTES = {
    "services.txt": """AI services
\tPolly
\t\t- Neural text to speech, many voices
\t\t- Lexicons customise how a word is said
\tTranscribe
\t\t- Speech to text; input in FLAC, MP3, MP4 or WAV
\t\t- Custom vocabularies
\tKinessis
\t\t- Streams in real time
""",
    "tea.md": """# Tea

- green tea brews at 80 C
- black tea brews with boiling water

# Tips from a friend

- green tea is brewed at 70 C, not hotter
""",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[ChatProvider]:
    provider = make_provider(load_settings(llm="embedded", model_timeout="300"))
    provider.start()
    state = provider.wait(800)
    assert state.phase == "ready", state.detail
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def chain(provider: ChatProvider, tmp_path_factory: pytest.TempPathFactory) -> AskChain:
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library([folder], tmp_path_factory.mktemp("var"), SentenceEmbedder())
    library.update()
    chain = AskChain(library.retriever, provider)
    chain.warm_up()
    return chain


def ask(chain: AskChain, question: str) -> Answer:
    last = list(chain.stream(question))[-1]
    assert isinstance(last, Answered)
    return last.answer


def test_an_answer_is_proven_by_its_line(chain: AskChain, provider: ChatProvider) -> None:
    answer = ask(chain, "Which audio formats does Transcribe take?")
    assert not answer.abstained
    assert "FLAC" in answer.text
    assert any("FLAC, MP3, MP4 or WAV" in citation.quote for citation in answer.citations)
    assert answer.answered_by == provider.label
    assert answer.timings.completion_tokens > 0


def test_what_the_notes_do_not_say_is_not_answered(chain: AskChain) -> None:
    for question in ("What does Polly cost per month?", "Who won the World Cup in 2022?"):
        answer = ask(chain, question)
        assert answer.abstained, answer.text
        assert answer.nearest


def test_both_sides_of_a_contradiction_are_cited(chain: AskChain) -> None:
    answer = ask(chain, "At what temperature is green tea brewed?")
    assert {"80", "70"} <= set(answer.text.split()), answer.text
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "80 C" in quotes
    assert "70 C" in quotes


def test_stop_frees_the_model_at_once(chain: AskChain) -> None:
    cancel = threading.Event()
    for event in chain.stream("Tell me about tea and about Polly", cancel=cancel):
        if isinstance(event, Drafting) and event.text:
            cancel.set()
    began = time.perf_counter()
    chain.warm_up()
    assert time.perf_counter() - began < 180  # a stall, not a benchmark


def test_closing_in_mid_answer_does_not_wait_for_its_end() -> None:
    """Left to itself the engine waits for its stream for 30 seconds: so long Ctrl-C would take."""
    own = make_provider(load_settings(llm="embedded", model_timeout="300"))
    own.start()
    assert own.wait(800).phase == "ready"
    count = [HumanMessage("Count from one to three hundred in words.")]
    chunks = stream_text(own.chat_model(max_tokens=300), count)
    next(chunks)
    began = time.monotonic()
    own.close()
    assert time.monotonic() - began < 25
    with pytest.raises(ModelUnavailable, match="has been closed"):
        list(chunks)

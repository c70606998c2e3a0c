from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from core.errors import ModelUnavailable
from core.settings import load_settings
from providers import make_provider
from providers.base import ChatProvider
from providers.embedded import EmbeddedProvider
from providers.model_files import ModelFile
from providers.streaming import complete_text, stream_text

NOWHERE = "http://127.0.0.1:9/model.gguf"
JUNK = b"GGUF, but not really"
BROKEN = ModelFile("broken-instruct-q4.gguf", len(JUNK), hashlib.sha256(JUNK).hexdigest())
RULES = SystemMessage("You are a terse tutor. " + "Answer in one short sentence. " * 30)
MINUTES = 600.0


def test_before_the_start_it_says_to_wait(tmp_path: Path) -> None:
    provider = EmbeddedProvider(BROKEN, tmp_path, NOWHERE)
    assert provider.label == "broken (embedded)"
    assert (provider.state().phase, provider.state().detail) == ("missing", "not fetched")
    assert provider.wait(0).phase == "missing"
    with pytest.raises(ModelUnavailable, match="wait and ask again"):
        provider.chat_model(max_tokens=1)


def test_a_file_that_cannot_be_fetched_fails_with_the_next_step(tmp_path: Path) -> None:
    provider = EmbeddedProvider(BROKEN, tmp_path, NOWHERE)
    provider.start()
    state = provider.wait(60)
    assert state.phase == "failed"
    assert "python app.py models --fetch" in state.detail
    with pytest.raises(ModelUnavailable, match="models --fetch"):
        provider.chat_model(max_tokens=1)


def test_a_file_that_the_engine_cannot_load_fails_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / BROKEN.name).write_bytes(JUNK)
    provider = EmbeddedProvider(BROKEN, tmp_path, NOWHERE, threads=1)
    assert provider.state().detail == "not started"
    provider.start()
    state = provider.wait(60)
    assert state.phase == "failed"
    assert "could not be loaded" in state.detail
    assert "NOTEPROOF_LLM=none" in state.detail


def test_closing_is_idempotent_and_ends_a_start(tmp_path: Path) -> None:
    provider = EmbeddedProvider(BROKEN, tmp_path, NOWHERE)
    provider.start()
    provider.close()
    provider.close()
    assert provider.state().phase == "missing"


@pytest.fixture(scope="module")
def provider() -> Iterator[ChatProvider]:
    provider = make_provider(load_settings(llm="embedded", model_timeout=MINUTES))
    provider.start()
    state = provider.wait(2 * MINUTES)
    assert state.phase == "ready", state.detail
    yield provider
    provider.close()


@pytest.mark.model
@pytest.mark.timeout(1500)
class TestRealModel:
    def test_answers_from_its_prompt(self, provider: ChatProvider) -> None:
        model = provider.chat_model(max_tokens=24)
        asked = [RULES, HumanMessage("The bucket is called heron. What is the bucket called?")]
        answer = complete_text(model, asked)
        assert "heron" in answer.text.lower()
        assert answer.prompt_tokens > 100
        assert 0 < answer.completion_tokens <= 24

    def test_a_choice_has_log_probabilities(self, provider: ChatProvider) -> None:
        asked = [RULES, HumanMessage("Is fire hot? Answer Yes or No.")]
        answer = complete_text(provider.chat_model(max_tokens=1), asked, top_logprobs=5)
        assert answer.logprobs is not None
        likelihood = dict(answer.logprobs[0].top)
        assert len(likelihood) == 5
        assert likelihood["Yes"] > likelihood["No"]

    def test_json_by_schema_is_valid(self, provider: ChatProvider) -> None:
        import json

        terms = {"type": "array", "items": {"type": "string", "maxLength": 12}, "maxItems": 2}
        shape = {"type": "object", "properties": {"terms": terms}, "required": ["terms"]}
        wanted = {"type": "json_schema", "json_schema": {"name": "terms", "schema": shape}}
        asked = [RULES, HumanMessage("Two colours?")]
        answer = complete_text(provider.chat_model(max_tokens=60), asked, response_format=wanted)
        assert all(isinstance(term, str) for term in json.loads(answer.text)["terms"])

    def test_stopping_frees_the_model(self, provider: ChatProvider) -> None:
        asked = [RULES, HumanMessage("Count from one to a thousand in words.")]

        def freed() -> bool:
            stream = stream_text(provider.chat_model(max_tokens=1000), asked)
            assert next(stream) is not None
            stream.close()
            began = time.monotonic()
            complete_text(provider.chat_model(max_tokens=1), asked)
            one_token = time.monotonic() - began
            began = time.monotonic()
            complete_text(provider.chat_model(max_tokens=40), asked)
            return one_token < time.monotonic() - began

        assert any(freed() for _ in range(3))  # the machine may stand still in one of them

    def test_cancelling_while_it_reads_the_prompt(self, provider: ChatProvider) -> None:
        long = [HumanMessage(" ".join(str(n) for n in range(900)))]
        cancel = threading.Event()
        threading.Timer(1.0, cancel.set).start()
        began = time.monotonic()
        assert complete_text(provider.chat_model(max_tokens=9), long, cancel=cancel).text == ""
        assert time.monotonic() - began < 60

    def test_a_prompt_longer_than_it_can_read(self, provider: ChatProvider) -> None:
        with pytest.raises(ModelUnavailable, match="NOTEPROOF_EVIDENCE_TOKENS"):
            complete_text(provider.chat_model(max_tokens=9), [HumanMessage("word " * 9000)])

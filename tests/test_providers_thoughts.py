"""Models that think before they speak: what is sent to them, and what of theirs is an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from core.errors import MalformedOutput
from providers.openai_compatible import OpenAIProvider
from providers.streaming import complete_text
from providers.thoughts import Thoughts
from providers.traits import THINKING_TOKENS
from tests.clock import PATIENCE
from tests.fakes import Reply, ScriptedModel
from tests.standin_openai import StandIn, standin_openai

ASKED = [HumanMessage("Which is right?")]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


def provider(server: StandIn, model: str) -> OpenAIProvider:
    server.models = (model,)
    made = OpenAIProvider(server.base_url, "key", model, timeout=PATIENCE)
    made.start()
    assert made.wait(PATIENCE).phase == "ready"
    return made


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>Is it B? No.</think>\n\nA", "A"),
        ("\n<think>\n</think>A < B", "A < B"),
        ("<thinking>Hm.</thinking> A", "A"),
        ("<think>if a < b </thin> ok</think>A", "A"),
        ("<think>never ends", ""),
        ("<think></think>", ""),
        ("A", "A"),
        (" A", " A"),
        ("<b>A</b>", "<b>A</b>"),
        ("<thin", "<thin"),
        ("The tag <think> opens, </think> closes.", "The tag <think> opens, </think> closes."),
        ("<think>x</think>A <think>y</think>", "A <think>y</think>"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_thoughts_are_no_part_of_an_answer(text: str, answer: str, size: int) -> None:
    thoughts = Thoughts()
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    assert "".join([*map(thoughts.feed, pieces), thoughts.rest()]) == answer


def test_thoughts_of_a_server_are_taken_out_of_the_stream(server: StandIn) -> None:
    server.answer = ("<think>", "Is it\n\n", "B?", "</think>\n", "\nA", ".")
    model = provider(server, "qwen3:8b").chat_model(max_tokens=2)
    whole = complete_text(model, ASKED, stop=["\n"], top_logprobs=5)
    assert (whole.text, whole.finish, whole.logprobs) == ("A.", "stop", None)
    (request,) = server.requests
    assert request["max_tokens"] == request["max_completion_tokens"] == 2 + THINKING_TOKENS
    assert request["temperature"] == 0
    assert "stop" not in request
    assert "logprobs" not in request


def test_after_its_thoughts_an_answer_still_ends_where_it_should(server: StandIn) -> None:
    server.answer = ("<think>\nB?</think>", "\nOne", " line\n", "and another")
    model = provider(server, "deepseek-r1:8b").chat_model(max_tokens=2)
    assert complete_text(model, ASKED, stop=["\n"]).text == "One line"


def test_a_model_that_is_not_known_to_think_may_do_so(server: StandIn) -> None:
    server.answer = ("<think>", "B?", "</think>", "A")
    model = provider(server, "my-model").chat_model(max_tokens=9)
    whole = complete_text(model, ASKED, top_logprobs=5)
    assert whole.text == "A"
    assert whole.logprobs is not None
    assert [token.token for token in whole.logprobs] == ["A"]


def test_a_beginning_that_only_looks_like_thoughts_is_kept(server: StandIn) -> None:
    server.answer = ("<", "th")
    model = provider(server, "my-model").chat_model(max_tokens=9)
    assert complete_text(model, ASKED).text == "<th"


@pytest.mark.parametrize("model", ["gpt-5", "o3-mini", "o4-mini", "gpt-6-sol"])
def test_what_openais_thinkers_refuse_is_not_sent(server: StandIn, model: str) -> None:
    server.answer = ("One", " line\n", "more")
    asked = provider(server, model).chat_model(max_tokens=9, temperature=0.5)
    assert complete_text(asked, ASKED, stop=["\n"], top_logprobs=5).text == "One line"
    (request,) = server.requests
    assert request["max_completion_tokens"] == 9 + THINKING_TOKENS
    for refused in ("max_tokens", "temperature", "stop", "logprobs", "top_logprobs"):
        assert refused not in request


def test_thoughts_that_take_all_the_tokens_are_no_answer() -> None:
    model = ScriptedModel(rules=[("", Reply("<think>Is it B?", finish="length"))])
    with pytest.raises(MalformedOutput, match="thoughts"):
        complete_text(model, ASKED)
    hidden = ScriptedModel(
        rules=[("", Reply("", pieces=("",), finish="length"))], metadata={"thinks": True}
    )
    with pytest.raises(MalformedOutput, match="thoughts"):
        complete_text(hidden, ASKED)

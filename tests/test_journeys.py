"""Ask and Practice from the settings to the last event, over each kind of model."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from app import Services, build
from chat.events import Answered, Drafting, Event, EvidenceFound, SentenceReady
from core.practice import Explanation, Item, Response, Scope
from core.settings import load_settings
from core.types import Answer, Turn
from providers.ladder import Ladder
from providers.ledger import Ledger
from tests.cells import CELLS, DEVICES, FACTS, Pupil
from tests.clock import until
from tests.fakes import FakeEmbedder
from tests.standin_bedrock import standin_bedrock
from tests.standin_openai import standin_openai
from ui.cli_serve import log_to
from ui.desk import Desk, Seats

ANSWER, JUDGE, TERMS, EXPLAIN = "numbered lines", "You check", "From the headings", "Thing: "
QUESTION, LINE = "What does a mitochondrion release energy from?", FACTS["Mitochondrion"][0]
NONSENSE = "Wer gewann gestern im Fussball?"
AWS_KEY, AWS_SECRET = "AKIAJOURNEYJOURNEY12", "secretJOURNEYsecretJOURNEY"
AWS_TOKEN, OPENAI_KEY = "sessionJOURNEYtoken", "sk-journeyJOURNEYjourney"
SECRETS = (AWS_KEY, AWS_SECRET, AWS_TOKEN, OPENAI_KEY, "AWS4-HMAC", "Signature=")
SCOPE = Scope(kind="property")
SAID = "A mitochondrion releases energy from sugar with oxygen."


def mind(turns: list[str]) -> tuple[str, ...]:
    """What a model that has read the notes on cells says to each prompt of Noteproof."""
    told, asked = turns[0], turns[-1]
    lines = {text: number for number, text in re.findall(r"^\[(\d+)\] (?:- )?(.+)$", asked, re.M)}
    if TERMS in told:
        reply = "none"
    elif JUDGE in told:
        reply = "YES" if LINE in asked and QUESTION in asked else "NO"
    elif ANSWER in told:
        found = lines.get(LINE) if QUESTION in asked else None
        reply = f"{SAID[:-1]} [{found}]." if found else "NOT IN NOTES"
    elif asked.startswith(EXPLAIN):
        name = asked.splitlines()[0].removeprefix(EXPLAIN)
        text, number = next(iter(lines.items()))
        reply = f"{name} {text[0].lower()}{text[1:]} [{number}]."
    else:
        reply = Pupil()._reply([HumanMessage(turn) for turn in turns], {}).text
    return tuple(re.findall(r"\s*\S+", reply))


@dataclass
class Journey:
    """The program as settings make it, and everything that it told."""

    services: Services
    told: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.services.desk.model.label

    def events(self, question: str) -> list[Event]:
        events = list(self.services.desk.asker.stream(question))
        self.told.append(repr(events))
        return events

    def ask(self, question: str = QUESTION) -> Answer:
        last = self.events(question)[-1]
        assert isinstance(last, Answered)
        return last.answer

    def next(self) -> Item:
        items: list[Item | None] = []
        assert until(lambda: items.append(self.services.desk.trainer.next(SCOPE)) or items[-1])
        assert items[-1] is not None
        return items[-1]

    def explain(self, response: Response) -> Explanation:
        steps = list(self.services.desk.trainer.explain(response.item_id, response))
        self.told.append(repr(steps))
        return steps[-1]


Open = Callable[..., Journey]


@pytest.fixture
def start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Open]:
    """Starts the program with settings; in the end looks for credentials in all it has left."""
    home, notes, begun = tmp_path / "home", tmp_path / "notes", list[Journey]()
    notes.mkdir()
    (notes / "cells.txt").write_text(CELLS, encoding="utf-8")
    (notes / "devices.txt").write_text(DEVICES, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    caplog.set_level(logging.INFO)
    log, handlers = logging.getLogger("noteproof"), list(logging.getLogger("noteproof").handlers)

    def begin(real: bool = False, **environ: str) -> Journey:
        given = {"HOME": str(home), "CORPUS": str(notes), "MODELS": str(tmp_path / "models")}
        if not real:
            fake = FakeEmbedder(dimension=2048)
            monkeypatch.setattr("retrieval.embedder.SentenceEmbedder", lambda name: fake)
        for name, value in (given | environ).items():
            prefix = "" if name.startswith("AWS_") else "NOTEPROOF_"
            monkeypatch.setenv(prefix + name, value)
        services = build(None)
        log_to(home)
        services.library.update()
        services.desk.trainer.workshop.maker()
        assert isinstance(services.desk.model, Ladder)
        services.desk.model.pause = lambda *_: None
        services.desk.model.start()
        services.desk.model.wait(60)
        begun.append(Journey(services))
        return begun[-1]

    yield begin
    left = [caplog.text]
    for journey in begun:
        left += [*journey.told, repr(journey.services), repr(journey.services.desk.model.state())]
        journey.services.close()
        journey.services.desk.model.close()
    for handler in [handler for handler in log.handlers if handler not in handlers]:
        log.removeHandler(handler)
        handler.close()
    files = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert any(path.name == "noteproof.log" for path in home.iterdir())
    for secret in SECRETS:
        assert not any(secret in text for text in left), secret
        assert not any(secret.encode() in data for data in files), secret


def bedrock(url: str) -> dict[str, str]:
    return {
        "LLM": "bedrock",
        "BEDROCK_MODEL": "eu.amazon.nova-lite-v1:0",
        "BEDROCK_REGION": "eu-west-1",
        "BEDROCK_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": AWS_KEY,
        "AWS_SECRET_ACCESS_KEY": AWS_SECRET,
        "AWS_SESSION_TOKEN": AWS_TOKEN,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def openai(url: str) -> dict[str, str]:
    return {"LLM": "openai", "OPENAI_BASE_URL": url, "OPENAI_API_KEY": OPENAI_KEY}


@contextmanager
def served(rung: str) -> Iterator[dict[str, str]]:
    """The settings of a rung whose model has read the notes."""
    if rung == "bedrock":
        with standin_bedrock() as amazon:
            amazon.mind = mind
            yield bedrock(amazon.url)
    elif rung == "openai":
        with standin_openai() as server:
            server.mind = mind
            yield openai(server.base_url)
    else:
        yield {"LLM": "none"}


@pytest.fixture(params=["bedrock", "openai", "none"])
def journey(request: pytest.FixtureRequest, start: Open) -> Iterator[Journey]:
    with served(request.param) as environ:
        begun = start(**environ)
        assert begun.services.settings.llm == request.param
        yield begun
        begun.services.close()


def test_a_question_gets_evidence_then_a_streamed_answer_with_its_line(journey: Journey) -> None:
    events = journey.events(QUESTION)
    assert isinstance(events[0], EvidenceFound)
    assert LINE in events[0].nearest[0].quote
    last = events[-1]
    assert isinstance(last, Answered)
    answer, model = last.answer, journey.services.settings.llm != "none"
    assert any(LINE in citation.quote for citation in answer.citations)
    assert not answer.abstained
    assert answer.notice == ""
    assert answer.answered_by == journey.label
    assert [s.sentence for s in events if isinstance(s, SentenceReady)] == list(answer.sentences)
    drafts = [event.text for event in events if isinstance(event, Drafting) and event.text]
    assert (len(drafts) > 3) is model
    assert (answer.text == SAID) is model
    assert bool(answer.timings.completion_tokens) is model
    assert answer.remote is (journey.services.settings.llm == "bedrock")


def test_rungs_sign_with_their_own_names(journey: Journey) -> None:
    named = {
        "bedrock": "amazon.nova-lite (Bedrock, eu-west-1)",
        "openai": f"small ({journey.services.settings.openai_base_url})",
        "none": "extractive",
    }
    assert journey.ask().answered_by == named[journey.services.settings.llm]


def test_what_the_notes_do_not_say_is_refused_with_the_nearest_lines(journey: Journey) -> None:
    answer = journey.ask(NONSENSE)
    assert answer.abstained
    assert answer.sentences == ()
    assert answer.notice == ""


def test_an_item_is_asked_graded_saved_and_explained(journey: Journey) -> None:
    item, practice = journey.next(), journey.services.desk.trainer
    model = journey.services.settings.llm != "none"
    assert item.guessable is (False if model else None)
    wrong = next(n for n in range(len(item.options)) if n not in item.key)
    assert practice.submit(Response(item.id, item.key)).correct
    assert not practice.submit(Response(item.id, (wrong,))).correct
    assert [one.grade.correct for one in practice.store.attempts(item.id)] == [True, False]
    explained = journey.explain(Response(item.id, (wrong,)))
    assert explained.done
    assert explained.notice == ""
    assert explained.answered_by == journey.label
    assert [explained.options[n].verdict for n in item.key] == ["right"]
    said = [s for option in explained.options for s in option.sentences]
    assert said
    assert all(sentence.citations for sentence in said)


def test_when_bedrock_throttles_all_the_time_the_lines_answer(start: Open) -> None:
    with standin_bedrock() as server:
        journey = start(**bedrock(server.url))
        server.refusal = (429, "ThrottlingException", "Too many requests, please wait.")
        answer = journey.ask()
        assert len(server.requests) > 1
        item = journey.next()
        explained = journey.explain(Response(item.id, item.key))
        journey.services.close()
    assert answer.answered_by == "extractive"
    assert not answer.remote
    assert answer.notice.startswith("Answered without a model: amazon.nova-lite (Bedrock")
    assert "wants a pause (too many requests)" in answer.notice
    assert any(LINE in citation.quote for citation in answer.citations)
    assert item.origin == "template"
    assert explained.answered_by == "extractive"
    assert "wants a pause" in explained.notice


def check_cut(journey: Journey, server: Any, mode: str) -> None:
    """What was checked before the stream broke stays, with its line, and it is said."""
    server.mode = mode
    server.mind = lambda turns: (f"{''.join(mind(turns))} ", "A ribosome joins ", "amino")
    answer = journey.ask()
    assert answer.text == SAID
    assert answer.notice.startswith("The model broke off; what it had said until then is kept.")
    assert answer.answered_by == journey.label
    assert LINE in answer.citations[0].quote


@pytest.mark.parametrize("mode", ["cut", "ends", "garbled", "exception"])
def test_a_stream_of_bedrock_that_is_cut_keeps_what_was_checked(start: Open, mode: str) -> None:
    with standin_bedrock() as server:
        check_cut(start(**bedrock(server.url)), server, mode)


@pytest.mark.parametrize("mode", ["dies", "ends", "garbage"])
def test_a_stream_of_a_server_that_is_cut_keeps_what_was_checked(start: Open, mode: str) -> None:
    with standin_openai() as server:
        check_cut(start(**openai(server.base_url)), server, mode)


def minded(said: str) -> Callable[[list[str]], tuple[str, ...]]:
    """As `mind`, but it answers questions in words of its own."""

    def speak(turns: list[str]) -> tuple[str, ...]:
        if turns == ["Say OK."]:
            return ("OK", ".")
        pieces = mind(turns)
        return (f"{said}{pieces[-1]}",) if ANSWER in turns[0] and len(pieces) > 3 else pieces

    return speak


def answer(desk: Desk, question: str = QUESTION, history: Sequence[Turn] = ()) -> Answer:
    *_, last = desk.asker.stream(question, history)
    assert isinstance(last, Answered)
    return last.answer


def told_by(server: Any) -> int:
    """How many of its calls were questions to be answered."""
    return sum(ANSWER in str(request) for request in server.requests)


def test_sessions_with_two_models_are_answered_each_by_its_own(start: Open) -> None:
    """At once, over the same notes; one then changes its model and goes on with its chat."""
    with standin_openai() as one, standin_openai() as two:
        one.mind = minded("A mitochondrion burns sugar with oxygen ")
        two.mind = minded("From sugar and oxygen a mitochondrion takes energy ")
        services = start(**openai(one.base_url)).services
        seats = Seats(services.settings, services.desk, services.desks)
        mine, other = seats.sit(), seats.sit()
        elsewhere = replace(mine.choice, openai_base_url=two.base_url)
        other = seats.move(other, elsewhere)
        other.model.start()
        assert other.model.wait(60).phase == "ready"
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(answer, (mine, other))
        assert first.answered_by == f"small ({one.base_url})"
        assert second.answered_by == f"small ({two.base_url})"
        assert (first.text[:25], second.text[:10]) == ("A mitochondrion burns sug", "From sugar")
        assert first.citations[0].quote == second.citations[0].quote
        assert (told_by(one), told_by(two)) == (1, 1)

        moved = seats.move(mine, elsewhere)
        history = (Turn("user", QUESTION), Turn("assistant", first.text))
        third = answer(moved, f"{QUESTION} Say it again.", history)
        assert third.answered_by == f"small ({two.base_url})"
        assert (told_by(one), told_by(two)) == (1, 2)
        assert seats.sit().model.label == f"small ({one.base_url})"
        assert moved.ledger is mine.ledger
        assert sum(row.calls for row in services.desk.ledger.spent()) == len(
            one.requests + two.requests
        )
        assert sum(row.calls for row in other.ledger.spent()) < len(two.requests)
        services.close()


def test_items_come_of_one_pool_whichever_model_wrote_them(start: Open) -> None:
    with standin_openai() as one, standin_openai() as two:
        one.mind = two.mind = mind
        services = start(**openai(one.base_url)).services
        elsewhere = replace(services.desk.choice, openai_base_url=two.base_url)
        other = services.desks(elsewhere, Ledger(services.desk.ledger))
        other.model.start()
        assert other.model.wait(60).phase == "ready"
        services.desk.trainer.prepare(SCOPE)
        assert until(lambda: not services.desk.trainer.making(SCOPE))
        assert until(lambda: services.pool.past.done)  # past questions are solved, too
        asked = len(one.requests)
        assert (asked > 0, two.requests) == (True, [])
        first = other.trainer.next(SCOPE)
        assert first is not None
        assert until(lambda: two.requests and not other.trainer.making(SCOPE))
        assert len(one.requests) == asked
        second = services.desk.trainer.next(SCOPE)
        assert second is not None
        assert second.id != first.id
        assert services.desk.trainer.submit(Response(first.id, first.key)).correct
        services.close()


ECHOED = f"bad header Credential={AWS_KEY}/x, Signature=abc, x-amz-security-token:{AWS_TOKEN}"


@pytest.mark.parametrize("kind", ["InvalidSignatureException", "ValidationException"])
def test_credentials_that_bedrock_echoes_are_not_told(start: Open, kind: str) -> None:
    with standin_bedrock() as server:
        journey = start(**bedrock(server.url))
        server.refusal = (403, kind, ECHOED)
        notice = journey.ask().notice
        assert "Credential=" + AWS_KEY in server.headers[0]["Authorization"]
    assert notice.startswith("Answered without a model: ")


def test_a_key_that_a_server_echoes_is_not_told(start: Open) -> None:
    with standin_openai() as server:
        journey = start(**openai(server.base_url))
        server.mode = "shape"
        server.surprise = f'{{"error": {{"message": "no such key: {OPENAI_KEY}"}}}}'
        notice = journey.ask().notice
        assert f"Bearer {OPENAI_KEY}" in server.keys
    assert "reported: no such key: ***." in notice


@pytest.mark.model
@pytest.mark.embedding
@pytest.mark.timeout(900)
def test_the_embedded_engine_serves_as_any_other_server(start: Open) -> None:
    from providers.embedded import serve
    from providers.model_files import QWEN, fetch

    settings = load_settings()
    path = fetch(QWEN, settings.model_folder, settings.model_url)
    server = serve(path, OPENAI_KEY, os.cpu_count() or 1)
    url = f"{server.listening_address}/v1"
    journey = start(True, **openai(url), MODEL_TIMEOUT="300")
    answer = journey.ask()
    assert answer.answered_by == journey.label
    assert url in answer.answered_by
    assert answer.notice == ""
    assert "sugar" in answer.text
    assert any(LINE in citation.quote for citation in answer.citations)
    assert answer.timings.completion_tokens > 0
    assert not answer.remote

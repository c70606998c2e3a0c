"""Speed: against the tutorial's pipeline, and where a learner waits."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from chat.events import Answered, EvidenceFound
from core.types import Answer
from evals.measures import percentile
from evals.questions import GoldQuestion
from evals.tutorial import Timed, Tutorial
from ingest.corpus import Place, place_key

if TYPE_CHECKING:
    from app import Services
    from retrieval.embedder import SentenceEmbedder

ROOT = Path(__file__).parent.parent


def against_tutorial(services: Services, questions: Sequence[GoldQuestion]) -> dict[str, Any]:
    """Both pipelines in turn on each question; the ratio of the medians is what counts."""
    library = services.library
    texts = {n.name: "\n".join(library.note_lines(n.name)) for n in library.sources()}
    tutorial = Tutorial(texts, services.embedder, services.desk.model)
    ours: list[Answer] = []
    theirs: list[Timed] = []
    tutorial.ask("Are you ready?")
    services.desk.asker.warm_up()
    for question in questions:
        theirs.append(tutorial.ask(question.question))
        ours.append(_answer(services, question.question))
    first = median(a.timings.first_token_ms or a.timings.total_ms for a in ours)
    total = median(a.timings.total_ms for a in ours)
    first_there = median(t.first_token_ms for t in theirs)
    total_there = median(t.total_ms for t in theirs)
    return {
        "questions": len(questions),
        "first_token_ms": first,
        "tutorial_first_token_ms": first_there,
        "first_token_ratio": first / first_there,
        "answer_ms": total,
        "tutorial_answer_ms": total_there,
        "answer_ratio": total / total_there,
    }


def _answer(services: Services, question: str) -> Answer:
    for event in services.desk.asker.stream(question):
        if isinstance(event, Answered):
            return event.answer
    raise AssertionError("a stream ends with Answered")


def evidence(services: Services, questions: Sequence[GoldQuestion]) -> dict[str, Any]:
    """Milliseconds from a question to its evidence, warm."""
    times = []
    for question in [*questions[:3], *questions]:
        for event in services.desk.asker.stream(question.question, question.turns):
            if isinstance(event, EvidenceFound):
                times.append(event.milliseconds)
                break
    warm = times[3:]
    return {
        "evidence_ms_p50": percentile(warm, 0.5),
        "evidence_ms_p95": percentile(warm, 0.95),
    }


def embedding(embedder: SentenceEmbedder, texts: Sequence[str], rounds: int = 3) -> dict[str, Any]:
    """Texts a second of `ingest` and of the bare library, in turn."""
    model = embedder.load()
    model.encode(texts[:32])
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(_rate(texts, lambda: model.encode(list(texts), normalize_embeddings=True)))
        ours.append(_rate(texts, lambda: embedder.encode(texts)))
    return {
        "embed_texts_per_s": median(ours),
        "bare_texts_per_s": median(bare),
        "embed_ratio": median(a / b for a, b in zip(ours, bare, strict=True)),
    }


def _rate(texts: Sequence[str], work: Any) -> float:
    began = time.perf_counter()
    work()
    return len(texts) / (time.perf_counter() - began)


def page_start(corpus: Sequence[Place], limit: float = 60.0) -> dict[str, Any]:
    """Seconds from `python app.py` on a built index to the page's first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {"PORT": str(port), "NOTEPROOF_LLM": "none"}
    command = [sys.executable, "app.py", *(f"--corpus={place_key(place)}" for place in corpus)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - began < limit:
            if _answers(port):
                return {"page_start_s": time.perf_counter() - began}
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait(20)
    return {"page_start_s": None}


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False

"""Noteproof's only place where objects are built: settings -> services -> commands or page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.model_choice import ModelChoice
from core.settings import Settings, load_settings
from ui.commands import AsJson, Corpus, NoModel, command_line
from ui.services import Services, indexed, with_model

if TYPE_CHECKING:
    from ingest.reader import Reader
    from providers.ledger import Ledger
    from retrieval.embedder import SearchEmbedder
    from ui.desk import Desk

__all__ = ["AsJson", "Corpus", "NoModel", "Services", "build", "cli", "indexed", "with_model"]

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
for _tracing in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_tracing] = "false"


def build(corpus: Sequence[str | Path] | None, *, no_llm: bool = False) -> Services:
    """Wire the program. Nothing is loaded, fetched or started here."""
    from chat.abouts import Abouts
    from chat.chain import AskChain
    from ingest.corpus import corpus_key
    from ingest.library import Library
    from ingest.places import place_of
    from ingest.uploads import Limits
    from providers.ledger import Ledger
    from providers.models import Models
    from providers.turns import Turns
    from quiz.concepts.domains import DEFAULT, read_exam
    from quiz.explain.item import ItemExplainer
    from quiz.explain.pasted import PastedExplainer
    from quiz.workshop import Workshop
    from retrieval.embedder import DEFAULT_MODEL, SentenceEmbedder
    from retrieval.remembered import RememberedEmbedder
    from study.pool import Pool, utc_now
    from study.practice import Practice
    from study.store import StudyStore
    from ui.desk import Desk

    settings = load_settings(**({"llm": "none"} if no_llm else {}))
    remote = settings.embedding_model.startswith("bedrock:")
    embedder = SentenceEmbedder(DEFAULT_MODEL if remote else settings.embedding_model)
    searching = _remote_embedder(settings) if remote else embedder
    folders = [place_of(where, settings.home) for where in corpus or [settings.corpus]]
    reader = build_reader(settings)
    reader.kept.folder = settings.home / "parsed" / corpus_key(folders)
    store = StudyStore(f"sqlite:///{settings.home / 'study.db'}")
    library = Library(
        folders,
        settings.home,
        searching,
        settings.max_note_mb,
        local=embedder,
        reader=reader,
        history=store.notes(utc_now),
        limits=Limits(settings.max_note_mb, settings.max_notes, settings.max_notes_mb),
    )
    models, turns, notes = Models(settings), Turns(), library.retriever
    exam = read_exam(settings.domains or DEFAULT)
    remembered = RememberedEmbedder(embedder, settings.home / "concepts.npz")
    workshop = Workshop(notes, library.note_lines, remembered, exam)
    pool = Pool(workshop, store, turns, remembered)

    def desk(choice: ModelChoice, ledger: Ledger) -> Desk:
        model = models.ladder(choice, ledger)
        chain = AskChain(notes, model, turns=turns, evidence_tokens=settings.evidence_tokens)
        items = ItemExplainer(notes, model)
        practice = Practice(workshop, store, pool, model, turns, items)
        return Desk(choice, ledger, model, chain, practice, PastedExplainer(notes, model, turns))

    first = desk(settings.choice, Ledger())
    abouts = Abouts(notes, first.model, turns, settings.home / "about")
    return Services(settings, embedder, library, models, store, pool, first, desk, abouts)


def build_reader(settings: Settings) -> Reader:
    """What parses files, within the limits that are set. It keeps nothing on disk."""
    from ingest.formats.loaded import ParseLimits
    from ingest.reader import Reader

    limits = ParseLimits(
        settings.parse_seconds,
        settings.parse_memory_mb,
        settings.ocr,
        settings.zip_members,
        settings.zip_mb,
        settings.zip_ratio,
    )
    return Reader(limits, settings.max_note_mb)


def _remote_embedder(settings: Settings) -> SearchEmbedder:
    from providers.bedrock_embedder import make_embedder

    return make_embedder(settings)


cli = command_line(build, build_reader)

if __name__ == "__main__":
    cli()

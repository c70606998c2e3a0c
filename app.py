"""Noteproof's only place where objects are built: settings -> services -> commands or page."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from core.errors import ConfigError, NoteproofError
from core.practice import Difficulty, ItemKind, Scope
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from chat.chain import AskChain
    from ingest.library import Library
    from providers.base import ChatProvider
    from quiz.explain.pasted import PastedExplainer
    from retrieval.embedder import SentenceEmbedder
    from study.practice import Practice

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
for _tracing in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_tracing] = "false"

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Corpus = Annotated[
    list[Path] | None, typer.Option("--corpus", help="Folder of notes; may be given again.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Keep the model out.")]
Kinds = StrEnum("Kinds", get_args(ItemKind))  # type: ignore[misc]
Levels = StrEnum("Levels", get_args(Difficulty))  # type: ignore[misc]
Batch = Annotated[bool, typer.Option("--batch", help="Read JSON lines on standard input.")]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or the page needs, built once."""

    settings: Settings
    embedder: SentenceEmbedder
    library: Library
    provider: ChatProvider
    chain: AskChain
    practice: Practice
    explainer: PastedExplainer


def build(corpus: list[Path] | None, *, no_llm: bool = False) -> Services:
    """Wire the program. Nothing is loaded, fetched or started here."""
    from chat.chain import AskChain
    from ingest.library import Library
    from providers import make_provider
    from providers.turns import Turns
    from quiz.concepts.domains import DEFAULT, read_exam
    from quiz.explain.item import ItemExplainer
    from quiz.explain.pasted import PastedExplainer
    from quiz.workshop import Workshop
    from retrieval.embedder import SentenceEmbedder
    from retrieval.remembered import RememberedEmbedder
    from study.practice import Practice
    from study.store import StudyStore

    settings = load_settings(**({"llm": "none"} if no_llm else {}))
    embedder = SentenceEmbedder(settings.embedding_model)
    folders = corpus or [settings.corpus]
    library = Library(folders, settings.home, embedder, settings.max_note_mb)
    provider = make_provider(settings)
    turns, notes = Turns(), library.retriever
    chain = AskChain(notes, provider, turns=turns, evidence_tokens=settings.evidence_tokens)
    exam = read_exam(settings.domains or DEFAULT)
    remembered = RememberedEmbedder(embedder, settings.home / "concepts.npz")
    workshop = Workshop(notes, library.note_lines, remembered, exam)
    store = StudyStore(f"sqlite:///{settings.home / 'study.db'}")
    items = ItemExplainer(notes, provider)
    practice = Practice(workshop, store, provider, turns, remembered, items)
    pasted = PastedExplainer(notes, provider, turns)
    return Services(settings, embedder, library, provider, chain, practice, pasted)


@contextmanager
def told() -> Iterator[None]:
    """Turns our errors into one line on standard error, and exit code 1."""
    try:
        yield
    except NoteproofError as error:
        print(f"noteproof: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise typer.Exit(1) from None


def indexed(services: Services) -> Services:
    """With the index brought up to date, progress on standard error."""
    from ui.terminal import progress_line, sources_text

    report = services.library.update(progress_line("indexing"))
    for message in report.messages:
        print(message, file=sys.stderr)
    if report.problems and not report.unchanged:
        print(sources_text(report.problems), file=sys.stderr)
    return services


def with_model(services: Services, patient: bool) -> Services:
    """With the model started; `patient` waits for a download, else only for loading."""
    from ui.terminal import progress_line

    provider = services.provider
    if not patient and not _is_here(services):
        return services
    provider.start()
    show = progress_line("model")
    while (state := provider.wait(0.5)).phase in ("fetching", "loading"):
        if state.progress is not None:
            show(state.phase, state.progress)
    if state.phase == "failed":
        print(f"noteproof: {state.detail}", file=sys.stderr)
    return services


def _is_here(services: Services) -> bool:
    """Whether the model can be ready without a download."""
    from providers.model_files import QWEN, status

    if services.settings.llm != "embedded":
        return True
    return status(QWEN, services.settings.model_folder).phase == "present"


@cli.callback(invoke_without_command=True)
def main(context: typer.Context, corpus: Corpus = None) -> None:
    """A study assistant that proves every sentence by lines of your notes."""
    if context.invoked_subcommand is None:
        serve(corpus)


@cli.command()
def serve(corpus: Corpus = None) -> None:
    """Open the page (the default). Indexing and the model get ready behind it."""
    with told():
        from ui.page import build_page, launch

        services = build(corpus)
        _log_to(services.settings.home)
        page = build_page(
            services.library,
            services.chain,
            services.provider,
            services.practice,
            services.explainer,
        )
        launch(page, services.settings.host, services.settings.port)
        print(f"Noteproof is at http://{services.settings.host}:{services.settings.port}")
        threading.Thread(target=_get_ready, args=(services,), daemon=True).start()
        _until_stopped()
        services.practice.close()
        services.provider.close()


def _log_to(home: Path) -> None:
    """Which drafts failed which check, into a file of a megabyte at most."""
    from logging.handlers import RotatingFileHandler

    try:
        home.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(home / "noteproof.log", maxBytes=1_000_000, backupCount=1)
    except OSError as error:
        raise ConfigError(
            f"{home} cannot be written to ({error.strerror}): set NOTEPROOF_HOME to another folder."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("noteproof")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _get_ready(services: Services) -> None:
    """Index, then load the model: one after the other, for they share the processor.

    The first question then finds both models loaded and the instructions read.
    """
    services.library.start()
    services.library.wait()
    services.provider.start()
    if services.library.state().phase != "ready":
        return
    services.library.retriever().search("warm up")
    services.practice.workshop.maker()
    if services.provider.wait().phase == "ready":
        services.chain.warm_up()
        services.practice.prepare(Scope())


def _until_stopped() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()


@cli.command()
def index(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """Bring the index in line with the notes."""
    with told():
        from dataclasses import asdict

        from ui.terminal import progress_line, sources_text

        services = build(corpus, no_llm=True)
        report = services.library.update(progress_line("indexing"))
        if as_json:
            print(json.dumps(asdict(report), ensure_ascii=False))
            return
        for message in report.messages:
            print(message)
        print(sources_text(report.notes))
        done = f"{report.embedded} texts embedded, {report.reused} taken over"
        print("Nothing has changed." if report.unchanged else f"Done: {done}.")


@cli.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
    no_llm: NoModel = False,
    batch: Batch = False,
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 8,
) -> None:
    """Find passages. Without a query: JSON lines {"id", "question", "history"?} from stdin."""
    with told():
        from ui.records import dump, hits_record, read_requests
        from ui.terminal import hits_text

        _need_input(query, batch)
        services = indexed(build(corpus, no_llm=no_llm))
        if not no_llm:
            with_model(services, patient=query is None)
        chain = services.chain
        if query is not None:
            hits = chain.search(query, k=count).hits
            print(dump({"query": query, "hits": hits_record(hits)}) if as_json else hits_text(hits))
            return
        for request in read_requests(sys.stdin):
            record: dict[str, object] = {"id": request.id}
            try:
                if request.error:
                    raise ConfigError(request.error)
                found = chain.search(request.question, request.history, k=count)
                record["hits"] = hits_record(found.hits)
            except NoteproofError as error:
                record |= {"hits": [], "error": str(error)}
            print(dump(record), flush=True)


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What to ask.")] = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
    no_llm: NoModel = False,
    batch: Batch = False,
    free: Annotated[
        bool, typer.Option("--without-notes", help="Let the model answer from itself, marked so.")
    ] = False,
) -> None:
    """Answer from the notes. Without a question: JSON lines from stdin, as for search."""
    with told():
        from chat.events import Answered, SentenceReady
        from ui.records import answer_record, dump, read_requests
        from ui.terminal import answer_tail, sentence_text

        _need_input(question, batch)
        services = indexed(build(corpus, no_llm=no_llm))
        with_model(services, patient=question is None)
        chain = services.chain
        if question is not None:
            for event in chain.stream(question, from_notes=not free):
                if isinstance(event, SentenceReady) and not as_json:
                    print(sentence_text(event.sentence), flush=True)
                elif isinstance(event, Answered):
                    record = answer_record(event.answer)
                    print(dump(record) if as_json else answer_tail(event.answer))
            return
        for request in read_requests(sys.stdin):
            record = {"id": request.id}
            try:
                if request.error:
                    raise ConfigError(request.error)
                events = chain.stream(request.question, request.history, from_notes=not free)
                for event in events:
                    if isinstance(event, Answered):
                        record |= answer_record(event.answer)
            except NoteproofError as error:
                record |= {"error": str(error)}
            print(dump(record), flush=True)


def _need_input(text: str | None, batch: bool) -> None:
    if text is None and not batch and sys.stdin.isatty():
        raise ConfigError('Type a question, as in: python app.py ask "What is SMOTE?"')


@cli.command()
def concepts(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List what the notes name: each concept with its facts, siblings and domain."""
    with told():
        from ui.cli_practice import print_concepts

        services = indexed(build(corpus, no_llm=True))
        print_concepts(services.practice.workshop.maker().known, as_json=as_json)


@cli.command()
def quiz(
    corpus: Corpus = None,
    topic: Annotated[str, typer.Option(help="What about: a name or a theme.")] = "",
    domain: Annotated[str, typer.Option(help="A domain, by name or number.")] = "",
    kind: Annotated[Kinds | None, typer.Option(help="Kind of question.")] = None,
    difficulty: Annotated[Levels | None, typer.Option(help="How hard.")] = None,
    count: Annotated[int, typer.Option("-n", min=1, max=500, help="How many.")] = 5,
    rejected: Annotated[bool, typer.Option("--rejected", help="Print failed drafts too.")] = False,
    as_json: AsJson = False,
    no_llm: NoModel = False,
) -> None:
    """Practise in the terminal; with --json print new, checked questions."""
    with told():
        from ui.cli_practice import print_items, quiz_in_terminal

        services = indexed(build(corpus, no_llm=no_llm))
        practice = services.practice
        wish = kind.value if kind else None, difficulty.value if difficulty else None
        scope = practice.workshop.scope(topic, domain, None, *wish)
        with_model(services, patient=as_json)
        if as_json or not sys.stdin.isatty():
            print_items(practice, scope, count, with_rejected=rejected)
        else:
            quiz_in_terminal(practice, scope, count)


@cli.command()
def explain(
    corpus: Corpus = None,
    as_json: AsJson = False,
    batch: Annotated[
        bool, typer.Option("--batch", help='JSON lines {"id", "text"} on standard input.')
    ] = False,
    no_llm: NoModel = False,
) -> None:
    """Explain an exam question pasted on standard input, every option from your notes."""
    with told():
        from ui.cli_practice import explain_batch, explain_text

        services = indexed(build(corpus, no_llm=no_llm))
        with_model(services, patient=True)
        if batch:
            explain_batch(services.explainer, sys.stdin)
        else:
            if sys.stdin.isatty():
                print("Paste the question, then press Ctrl-D.", file=sys.stderr)
            explain_text(services.explainer, sys.stdin.read(), as_json=as_json)


@cli.command()
def models(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is missing.")] = False,
    as_json: AsJson = False,
) -> None:
    """What models are there, what is missing, how large it is."""
    with told():
        from providers.model_files import QWEN, status
        from providers.model_files import fetch as fetch_file
        from ui.terminal import progress_line

        settings = load_settings()
        folder = settings.model_folder
        if fetch:
            show = progress_line("model")
            fetch_file(
                QWEN,
                folder,
                settings.model_url,
                on_progress=lambda done, total: show("fetching", done / total),
            )
        found = status(QWEN, folder)
        record = {
            "llm": settings.llm,
            "file": QWEN.name,
            "folder": str(folder),
            "phase": found.phase,
            "bytes": found.bytes,
            "size": QWEN.size,
            "embedding_model": settings.embedding_model,
        }
        if as_json:
            print(json.dumps(record))
            return
        print(f"Answers come from: {settings.llm}   Embeddings: {settings.embedding_model}")
        print(f"{QWEN.name}  {QWEN.size / 1e6:.0f} MB  {found.phase}  {folder}")
        if found.phase != "present":
            print("Fetch it with: python app.py models --fetch")


if __name__ == "__main__":
    cli()

"""Noteproof's only place where objects are built: settings -> services -> commands or page."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.model_choice import ModelChoice
from core.practice import Difficulty, ItemKind
from core.settings import Settings, load_settings
from ui.terminal import told

if TYPE_CHECKING:
    from chat.abouts import Abouts
    from ingest.formats.loaded import ParseLimits
    from ingest.library import Library
    from providers.models import Models
    from retrieval.embedder import SearchEmbedder, SentenceEmbedder
    from study.pool import Pool
    from study.store import StudyStore
    from ui.desk import Desk, Desks

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
for _tracing in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_tracing] = "false"

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Corpus = Annotated[
    list[str] | None,
    typer.Option(
        "--corpus", metavar="DIR", help="Folder of notes or s3://bucket/prefix; may be given again."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Keep the model out.")]
Batch = Annotated[bool, typer.Option("--batch", help="Read JSON lines on standard input.")]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or the page needs, built once. `desk` has the model that is set."""

    settings: Settings
    embedder: SentenceEmbedder
    library: Library
    models: Models
    store: StudyStore
    pool: Pool
    desk: Desk
    desks: Desks
    abouts: Abouts

    def close(self) -> None:
        """Stop what was started."""
        self.abouts.close()
        self.pool.close()
        self.store.close()
        self.models.close()


def build(corpus: Sequence[str | Path] | None, *, no_llm: bool = False) -> Services:
    """Wire the program. Nothing is loaded, fetched or started here."""
    from chat.abouts import Abouts
    from chat.chain import AskChain
    from ingest.corpus import corpus_key
    from ingest.library import Library
    from ingest.places import place_of
    from ingest.reader import Reader
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
    reader = Reader(_parse_limits(settings), settings.max_note_mb)
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


def _parse_limits(settings: Settings) -> ParseLimits:
    from ingest.formats.loaded import ParseLimits

    return ParseLimits(
        settings.parse_seconds,
        settings.parse_memory_mb,
        settings.ocr,
        settings.zip_members,
        settings.zip_mb,
        settings.zip_ratio,
    )


def _remote_embedder(settings: Settings) -> SearchEmbedder:
    from providers.bedrock_embedder import make_embedder

    return make_embedder(settings)


def indexed(services: Services) -> Services:
    """With the index brought up to date, progress on standard error."""
    from ui.cli_notes import bring_up_to_date

    bring_up_to_date(services.library)
    return services


def with_model(services: Services, patient: bool) -> Services:
    """With the model started; `patient` waits for a download, else only for loading."""
    from ui.cli_models import start_model

    start_model(services.desk.model, services.settings, patient=patient)
    return services


@cli.callback(invoke_without_command=True)
def main(context: typer.Context, corpus: Corpus = None) -> None:
    """A study assistant that proves every sentence by lines of your notes."""
    if context.invoked_subcommand is None:
        serve(corpus)


@cli.command()
@told()
def serve(corpus: Corpus = None) -> None:
    """Open the page (the default). Indexing and the model get ready behind it."""
    from ui.cli_serve import log_to, serve_page
    from ui.desk import Seats

    s = build(corpus)
    log_to(s.settings.home)
    serve_page(s.library, Seats(s.settings, s.desk, s.desks), s.abouts, s.close)


@cli.command()
@told()
def index(
    corpus: Corpus = None,
    as_json: AsJson = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Agree to send the notes to a remote embedding model.")
    ] = False,
) -> None:
    """Bring the index in line with the notes."""
    from ui.cli_notes import print_index

    print_index(build(corpus, no_llm=True).library, as_json=as_json, yes=yes)


@cli.command("import")
@told()
def import_file(file: Annotated[Path, typer.Argument(help="A file or archive.")]) -> None:
    """Show what is understood of a file, questions of other programs too; changes nothing."""
    from ingest.reader import Reader
    from ui.cli_import import preview

    settings = load_settings()
    preview(Reader(_parse_limits(settings), settings.max_note_mb), file)


@cli.command()
@told()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
    no_llm: NoModel = False,
    batch: Batch = False,
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 8,
) -> None:
    """Find passages. Without a query: JSON lines {"id", "question", "history"?} from stdin."""
    from ui.cli_ask import need_input, search_notes

    need_input(query, batch, sys.stdin)
    services = with_model(indexed(build(corpus, no_llm=no_llm)), patient=query is None)
    search_notes(services.desk.asker, query, sys.stdin, count, as_json=as_json)


@cli.command()
@told()
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
    from ui.cli_ask import ask_notes, need_input

    need_input(question, batch, sys.stdin)
    services = with_model(indexed(build(corpus, no_llm=no_llm)), patient=question is None)
    ask_notes(services.desk.asker, question, sys.stdin, from_notes=not free, as_json=as_json)


@cli.command()
@told()
def concepts(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List what the notes name: each concept with its facts, siblings and domain."""
    from ui.cli_notes import print_concepts

    workshop = indexed(build(corpus, no_llm=True)).desk.trainer.workshop
    print_concepts(workshop.maker().known, as_json=as_json)


@cli.command()
@told()
def quiz(
    corpus: Corpus = None,
    topic: Annotated[str, typer.Option(help="What about: a name or a theme.")] = "",
    domain: Annotated[str, typer.Option(help="A domain, by name or number.")] = "",
    kind: Annotated[ItemKind | None, typer.Option(help="Kind of question.")] = None,
    difficulty: Annotated[Difficulty | None, typer.Option(help="How hard.")] = None,
    count: Annotated[int, typer.Option("-n", min=1, max=500, help="How many.")] = 5,
    rejected: Annotated[bool, typer.Option("--rejected", help="Print failed drafts too.")] = False,
    as_json: AsJson = False,
    no_llm: NoModel = False,
) -> None:
    """Practise in the terminal; with --json print new, checked questions."""
    from ui.cli_practice import practise

    services = indexed(build(corpus, no_llm=no_llm))
    practice = services.desk.trainer
    scope = practice.workshop.scope(topic, domain, None, kind, difficulty)
    with_model(services, patient=as_json)
    practise(practice, scope, count, sys.stdin, as_json=as_json, with_rejected=rejected)


@cli.command()
@told()
def explain(
    corpus: Corpus = None,
    as_json: AsJson = False,
    batch: Annotated[
        bool, typer.Option("--batch", help='JSON lines {"id", "text"} on standard input.')
    ] = False,
    no_llm: NoModel = False,
) -> None:
    """Explain an exam question pasted on standard input, every option from your notes."""
    from ui.cli_explain import explain_pasted

    services = with_model(indexed(build(corpus, no_llm=no_llm)), patient=True)
    explain_pasted(services.desk.explainer, sys.stdin, batch=batch, as_json=as_json)


@cli.command()
@told()
def models(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is missing.")] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Look for model servers on this machine's usual ports.")
    ] = False,
    test: Annotated[bool, typer.Option("--test", help="Ask the set model for a token.")] = False,
    as_json: AsJson = False,
) -> None:
    """What models are there, what is missing, how large it is."""
    from ui.cli_models import fetch_model, print_models, print_servers, print_trial

    settings = load_settings()
    if fetch:
        fetch_model(settings.model_folder, settings.model_url)
    if probe:
        print_servers(settings, as_json=as_json)
    if test:
        print_trial(settings, as_json=as_json)
    if not (probe or test):
        print_models(settings, as_json=as_json)


if __name__ == "__main__":
    cli()

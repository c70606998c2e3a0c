"""The command line: which commands there are and what each takes; ui/cli_*.py is what they do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.practice import Difficulty, ItemKind
from core.settings import Settings, load_settings
from ui.services import Build, indexed, with_model
from ui.terminal import told

if TYPE_CHECKING:
    from ingest.reader import Reader

Corpus = Annotated[
    list[str] | None,
    typer.Option(
        "--corpus", metavar="DIR", help="Folder of notes or s3://bucket/prefix; may be given again."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Keep the model out.")]
Batch = Annotated[bool, typer.Option("--batch", help="Read JSON lines on standard input.")]


def command_line(build: Build, reader: Callable[[Settings], Reader]) -> typer.Typer:
    """Every command, over what these two build; without one, the page is served."""
    commands = Commands(build, reader)
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    cli.callback(invoke_without_command=True)(commands.main)
    listed: dict[str, Callable[..., None]] = {
        "serve": commands.serve,
        "index": commands.index,
        "import": commands.import_file,
        "search": commands.search,
        "ask": commands.ask,
        "concepts": commands.concepts,
        "quiz": commands.quiz,
        "explain": commands.explain,
        "models": commands.models,
    }
    for name, command in listed.items():
        cli.command(name)(command)
    return cli


class Commands:
    """Each method is a command; its parameters and docstring are what `--help` prints.

    Imports happen inside, so that a command loads only what it needs.
    """

    def __init__(self, build: Build, reader: Callable[[Settings], Reader]) -> None:
        self._build, self._reader = build, reader

    def main(self, context: typer.Context, corpus: Corpus = None) -> None:
        """A study assistant that proves every sentence by lines of your notes."""
        if context.invoked_subcommand is None:
            self.serve(corpus)

    @told()
    def serve(self, corpus: Corpus = None) -> None:
        """Open the page (the default). Indexing and the model get ready behind it."""
        from ui.cli_serve import log_to, serve_page
        from ui.desk import Seats

        s = self._build(corpus)
        log_to(s.settings.home)
        serve_page(s.library, Seats(s.settings, s.desk, s.desks), s.abouts, s.close)

    @told()
    def index(
        self,
        corpus: Corpus = None,
        as_json: AsJson = False,
        yes: Annotated[
            bool, typer.Option("--yes", help="Agree to send the notes to a remote embedding model.")
        ] = False,
    ) -> None:
        """Bring the index in line with the notes."""
        from ui.cli_notes import print_index

        print_index(self._build(corpus, no_llm=True).library, as_json=as_json, yes=yes)

    @told()
    def import_file(self, file: Annotated[Path, typer.Argument(help="A file or archive.")]) -> None:
        """Show what is understood of a file, questions of other programs too; changes nothing."""
        from ui.cli_import import preview

        preview(self._reader(load_settings()), file)

    @told()
    def search(
        self,
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
        services = with_model(indexed(self._build(corpus, no_llm=no_llm)), patient=query is None)
        search_notes(services.desk.asker, query, sys.stdin, count, as_json=as_json)

    @told()
    def ask(
        self,
        question: Annotated[str | None, typer.Argument(help="What to ask.")] = None,
        corpus: Corpus = None,
        as_json: AsJson = False,
        no_llm: NoModel = False,
        batch: Batch = False,
        free: Annotated[
            bool,
            typer.Option("--without-notes", help="Let the model answer from itself, marked so."),
        ] = False,
    ) -> None:
        """Answer from the notes. Without a question: JSON lines from stdin, as for search."""
        from ui.cli_ask import ask_notes, need_input

        need_input(question, batch, sys.stdin)
        services = with_model(indexed(self._build(corpus, no_llm=no_llm)), patient=question is None)
        ask_notes(services.desk.asker, question, sys.stdin, from_notes=not free, as_json=as_json)

    @told()
    def concepts(self, corpus: Corpus = None, as_json: AsJson = False) -> None:
        """List what the notes name: each concept with its facts, siblings and domain."""
        from ui.cli_notes import print_concepts

        workshop = indexed(self._build(corpus, no_llm=True)).desk.trainer.workshop
        print_concepts(workshop.maker().known, as_json=as_json)

    @told()
    def quiz(
        self,
        corpus: Corpus = None,
        topic: Annotated[str, typer.Option(help="What about: a name or a theme.")] = "",
        domain: Annotated[str, typer.Option(help="A domain, by name or number.")] = "",
        kind: Annotated[ItemKind | None, typer.Option(help="Kind of question.")] = None,
        difficulty: Annotated[Difficulty | None, typer.Option(help="How hard.")] = None,
        count: Annotated[int, typer.Option("-n", min=1, max=500, help="How many.")] = 5,
        rejected: Annotated[
            bool, typer.Option("--rejected", help="Print failed drafts too.")
        ] = False,
        as_json: AsJson = False,
        no_llm: NoModel = False,
    ) -> None:
        """Practise in the terminal; with --json print new, checked questions."""
        from ui.cli_practice import practise

        services = indexed(self._build(corpus, no_llm=no_llm))
        practice = services.desk.trainer
        scope = practice.workshop.scope(topic, domain, None, kind, difficulty)
        with_model(services, patient=as_json)
        practise(practice, scope, count, sys.stdin, as_json=as_json, with_rejected=rejected)

    @told()
    def explain(
        self,
        corpus: Corpus = None,
        as_json: AsJson = False,
        batch: Annotated[
            bool, typer.Option("--batch", help='JSON lines {"id", "text"} on standard input.')
        ] = False,
        no_llm: NoModel = False,
    ) -> None:
        """Explain an exam question pasted on standard input, every option from your notes."""
        from ui.cli_explain import explain_pasted

        services = with_model(indexed(self._build(corpus, no_llm=no_llm)), patient=True)
        explain_pasted(services.desk.explainer, sys.stdin, batch=batch, as_json=as_json)

    @told()
    def models(
        self,
        fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is missing.")] = False,
        probe: Annotated[
            bool,
            typer.Option("--probe", help="Look for model servers on this machine's usual ports."),
        ] = False,
        test: Annotated[
            bool, typer.Option("--test", help="Ask the set model for a token.")
        ] = False,
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

"""`python -m evals <what>`: every figure that the project states comes from here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import app
from chat.events import Answered
from core.errors import ConfigError, ModelUnavailable
from core.practice import ItemKind
from core.settings import load_settings
from core.types import Answer, Hit, Turn
from evals.answers import Scored
from evals.measures import table
from evals.questions import read_questions
from quiz.items.maker import Made
from ui.cli_practice import item_text
from ui.terminal import told

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Questions = Annotated[Path | None, typer.Option(help="Questions as JSON lines, with gold lines.")]


@cli.callback()
def main() -> None:
    """Measures of Noteproof."""


@cli.command()
def retrieval(
    questions: Questions = None,
    corpus: app.Corpus = None,
    beir: Annotated[Path | None, typer.Option(help="A folder as BEIR has it.")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="With the model's terms.")] = False,
    as_json: app.AsJson = False,
) -> None:
    """Recall of gold lines, or nDCG and recall on a BEIR folder."""
    with told():
        if beir is not None:
            from evals.beir import evaluate as evaluate_beir
            from evals.beir import read_collection
            from retrieval.embedder import SentenceEmbedder

            name = load_settings().embedding_model
            figures = evaluate_beir(read_collection(beir), SentenceEmbedder(name))
            _print({"figures": figures}, as_json)
            return
        from evals.retrieval import CUTOFFS, evaluate

        asked = read_questions(_needed(questions))
        services = _ready(corpus, llm)

        def find(question: str, history: tuple[Turn, ...]) -> tuple[Hit, ...]:
            return services.desk.asker.search(question, history, k=max(CUTOFFS)).hits

        _print(evaluate(asked, find), as_json)


@cli.command()
def answers(
    questions: Questions = None,
    corpus: app.Corpus = None,
    no_llm: app.NoModel = False,
    as_json: app.AsJson = False,
    show: Annotated[bool, typer.Option("--show", help="Print each answer.")] = False,
) -> None:
    """Proof, content, abstention and time of answers, by the configured model."""
    with told():
        from evals.answers import evaluate

        asked = read_questions(_needed(questions))
        services = _ready(corpus, not no_llm)

        def ask(question: str, history: tuple[Turn, ...]) -> Answer:
            return _answer(services, question, history)

        def tell(row: Scored) -> None:
            if show:
                print(_told(row), file=sys.stderr, flush=True)

        _print(evaluate(asked, ask, services.library.note_lines, tell), as_json)


@cli.command()
def items(
    corpus: app.Corpus = None,
    count: Annotated[int, typer.Option("-n", min=1, help="Items to accept.")] = 60,
    kind: Annotated[ItemKind | None, typer.Option(help="One kind only.")] = None,
    no_llm: app.NoModel = False,
    seed: Annotated[int, typer.Option(help="Chance, for the same run again.")] = 1,
    show: Annotated[bool, typer.Option("--show", help="Print each item.")] = False,
    as_json: app.AsJson = False,
) -> None:
    """Make items: accepted share, seconds, what would give the key away. Saves nothing."""
    with told():
        from evals.items import evaluate_items

        services = _ready(corpus, not no_llm)

        def tell(made: Made) -> None:
            if show:
                print(item_text(made), file=sys.stderr, flush=True)

        scope = services.desk.trainer.workshop.scope("", "", None, kind, None)
        _print(evaluate_items(services, scope, count, seed, tell), as_json)


@cli.command()
def concepts(
    labels: Annotated[Path | None, typer.Option(help="Labels as JSON: name, good, why.")] = None,
    corpus: app.Corpus = None,
    as_json: app.AsJson = False,
) -> None:
    """How many concepts of the map are names of something, by labels set by hand."""
    with told():
        from evals.concepts import evaluate, read_labels
        from quiz.concepts.concept_map import build_map
        from quiz.concepts.domains import read_exam

        labelled = read_labels(labels) if labels else {}
        services = _ready(corpus, model=False)
        index = services.library.retriever().index
        _print(evaluate(build_map(index, services.embedder, read_exam()), labelled), as_json)


@cli.command()
def proof(
    corpus: app.Corpus = None,
    count: Annotated[int, typer.Option("-n", min=1, help="Facts to tell.")] = 400,
    seed: Annotated[int, typer.Option(help="Chance, for the same run again.")] = 1,
    show: Annotated[bool, typer.Option("--show", help="Print what was judged wrong.")] = False,
    as_json: app.AsJson = False,
) -> None:
    """Facts accepted of their own concept, and of one like it that they are not about."""
    with told():
        from evals.proof import Told, evaluate
        from quiz.concepts.concept_map import build_map
        from quiz.concepts.domains import read_exam

        services = _ready(corpus, model=False)
        retriever = services.library.retriever()
        known = build_map(retriever.index, services.embedder, read_exam())

        def tell(row: Told) -> None:
            if show and row.accepted != row.true:
                print(f"{row.claim!r} of {row.own}: {row.why or 'accepted'}", file=sys.stderr)

        _print(evaluate(retriever, known, count, seed, tell), as_json)


@cli.command()
def bench(
    questions: Questions = None,
    corpus: app.Corpus = None,
    count: Annotated[int, typer.Option(help="Questions asked of both pipelines.")] = 8,
    as_json: app.AsJson = False,
) -> None:
    """Speed, as ratios in one run; written to bench.json in the home folder too."""
    with told():
        from evals.bench import against_tutorial, embedding, evidence, page_start
        from retrieval.units import units_of

        asked = [q for q in read_questions(_needed(questions)) if q.gold]
        services = _ready(corpus, model=False)
        index = services.library.retriever().index
        figures = embedding(services.embedder, units_of(index.lines, index.asked)[1][:200])
        figures |= evidence(services, asked)
        figures |= page_start(services.library.folders)
        plain = [question for question in asked if not question.turns]
        step = max(1, len(plain) // count)
        figures |= against_tutorial(_ready(corpus, model=True), plain[::step][:count])
        path = services.settings.home / "bench.json"
        path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
        _print({"figures": figures}, as_json)


@cli.command()
def scale(
    passages: Annotated[int, typer.Option(min=10, help="About how many to generate.")] = 1000,
    embedder: Annotated[
        Literal["real", "hash"], typer.Option(help="The embedding model, or a fast stand-in.")
    ] = "real",
    folder: Annotated[
        Path | None, typer.Option(help="Keep notes and index here; a stopped run goes on.")
    ] = None,
    as_json: app.AsJson = False,
) -> None:
    """Time, memory, size, latency, recall, a change, practice over generated notes."""
    with told():
        from evals.scale import evaluate as evaluate_scale

        _print(evaluate_scale(passages, embedder, folder), as_json)


def _needed(questions: Path | None) -> Path:
    if questions is None:
        raise ConfigError("Name the questions: --questions FILE (JSON lines).")
    return questions


def _ready(corpus: list[str] | None, model: bool) -> app.Services:
    services = app.indexed(app.build(corpus, no_llm=not model))
    if model:
        app.with_model(services, patient=True)
        state = services.desk.model.state()
        if state.phase not in ("ready", "off"):
            raise ModelUnavailable(f"The model to be measured is not ready: {state.detail}")
        services.desk.asker.warm_up()
    return services


def _answer(services: app.Services, question: str, history: tuple[Turn, ...]) -> Answer:
    for event in services.desk.asker.stream(question, history):
        if isinstance(event, Answered):
            return event.answer
    raise AssertionError("a stream ends with Answered")


def _told(row: Scored) -> str:
    marks = ("gold" if row.cites_gold else "----") + (" told" if row.tells_gold else " ----")
    said = row.answer.text or "(abstains)"
    cited = ", ".join(f"{c.note[:3]}:{c.first_line}" for c in row.answer.citations)
    return f"{row.question.id} [{marks}] {row.question.question}\n    {said}  [{cited}]"


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    figures = result["figures"]
    if all(isinstance(value, dict) for value in figures.values()):
        print(table(figures))
    else:
        for name, value in figures.items():
            shown = value if isinstance(value, int) or value is None else f"{value:.3f}"
            print(f"{name:<24} {shown}")
    for name, value in result.items():
        if name not in ("figures", "by_kind"):
            print(f"{name}: {value}")


if __name__ == "__main__":
    cli()

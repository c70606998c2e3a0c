"""The nearest lines tell something: for a label, what stands under it."""

from __future__ import annotations

import pytest

from chat.nearest import NEAREST, nearest
from core.types import Line
from retrieval.retriever import Retrieval, Retriever
from tests.libraries import retriever_over

NOTES = {
    "deploy.md": """\
# Hosting

## Multi-model endpoint

- Adding a model
  - Put its artifact under the prefix.
- Typical use
  - Hundreds of similar models.
  - One for each customer.
- Calling
  - TargetModel names the artifact.
- An endpoint whose rarely used models are unloaded answers slowly at first
  - then as fast as any

## Nothing under it

## Asked

- One model per customer
  Ques: A shop has one model for each of its customers and pays too much. What should it use?
  Ans: A multi-model endpoint.
""",
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return retriever_over(tmp_path_factory.mktemp("indexed"), NOTES)


def shown(retriever: Retriever, *best: str) -> list[str]:
    """The quotes for these lines as the best ones."""
    lines = {line.text.strip(): line for line in retriever.index.lines}
    ranked = tuple((lines[text], 1.0 / place) for place, text in enumerate(best, 1))
    return [c.quote for c in nearest(Retrieval("q", (), ranked, 0.5), retriever)]


@pytest.mark.parametrize(
    ("best", "quotes"),
    [
        (
            ("- Adding a model", "- Typical use", "- Calling"),
            [
                "- Put its artifact under the prefix.",
                "- Hundreds of similar models.",
                "- TargetModel names the artifact.",
            ],
        ),
        (("- Typical use", "- One for each customer."), ["- One for each customer."]),
        (("## Multi-model endpoint",), ["- Put its artifact under the prefix."]),
        (("# Hosting", "- TargetModel names the artifact."), ["- TargetModel names the artifact."]),
        (("## Nothing under it", "- then as fast as any"), ["- then as fast as any"]),
        (("## Nothing under it",), ["## Nothing under it"]),
        (
            ("- An endpoint whose rarely used models are unloaded answers slowly at first",),
            ["- An endpoint whose rarely used models are unloaded answers slowly at first"],
        ),
        (("- One model per customer",), ["Ans: A multi-model endpoint."]),
    ],
)
def test_a_label_gives_way_to_what_stands_under_it(
    retriever: Retriever, best: tuple[str, ...], quotes: list[str]
) -> None:
    assert shown(retriever, *best) == quotes


@pytest.mark.parametrize("query", ["adding a model", "typical use", "customers", "endpoint"])
def test_each_quotes_its_line_and_comes_once(retriever: Retriever, query: str) -> None:
    found = nearest(retriever.search(query), retriever)
    rows = NOTES["deploy.md"].splitlines()
    assert [c.number for c in found] == list(range(1, len(found) + 1))
    assert 0 < len(found) <= NEAREST
    assert len({c.first_line for c in found}) == len(found)
    for citation in found:
        assert rows[citation.first_line - 1].strip() == citation.quote
        row = retriever.find(citation.note, citation.first_line)
        assert row is not None
        below = retriever.index.lines[row + 1 : row + 2] or [Line("", 0, "")]
        assert (
            len(below[0].path) <= len(retriever.index.lines[row].path) or "slowly" in citation.quote
        )

"""A practice item explained: what is known at once, then by the model from the notes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from core.practice import Explanation, Item, Response
from core.types import Sentence
from providers.base import ChatProvider
from quiz.explain.calls import ExplainCalls
from quiz.explain.explaining import Explaining, Told, cited
from quiz.explain.option_lines import Asked
from retrieval.retriever import Retriever

_NOTHING = Asked("")
"""True and False are no things that lines could be found on: their rationale stays."""


class ItemExplainer:
    """Explains answered items.

    `retriever` is asked anew for every item, so that a renewed index serves at once.
    """

    def __init__(self, retriever: Callable[[], Retriever], provider: ChatProvider) -> None:
        self._retriever = retriever
        self._provider = provider

    def explain(
        self, item: Item, response: Response, cancel: threading.Event | None = None
    ) -> Iterator[Explanation]:
        """First what is known, then fuller and fuller; the last one is `done`.

        Setting `cancel` stops the model; what was checked until then is in the last one.
        """
        course = Explaining(
            item.stem,
            _options(item, response),
            self._retriever,
            ExplainCalls(self._provider, cancel or threading.Event()),
            summary=tuple(_summary(item)),
        )
        return course.run()


def _options(item: Item, response: Response) -> tuple[Told, ...]:
    names = item.kind != "true_false"
    return tuple(
        Told(
            Asked(option.text, option.about, option.citations) if names else _NOTHING,
            "right" if place in item.key else "wrong",
            place in response.chosen,
            cited(option.rationale, option.citations),
        )
        for place, option in enumerate(item.options)
    )


def _summary(item: Item) -> Iterator[Sentence]:
    """What proves the answer of an item without options."""
    if not item.options:
        for citation in item.citations:
            yield Sentence(citation.quote.strip(), (citation,))

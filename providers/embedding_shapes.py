"""How Bedrock's embedding models want to be asked, and how they answer: one shape a family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import ConfigError
from providers.traits import plain_id

Purpose = Literal["document", "query"]


@dataclass(frozen=True, slots=True)
class Shape:
    """`at_once` texts in a call, each cut to `longest` characters; `vectors` reads the answer."""

    at_once: int
    longest: int
    body: Callable[[list[str], Purpose], dict[str, Any]]
    vectors: Callable[[Any], Any]

    def request(self, texts: Sequence[str], purpose: Purpose) -> dict[str, Any]:
        """The body for these texts; too long ones are cut, blank ones are a dash."""
        return self.body([self._fitting(text) for text in texts], purpose)

    def _fitting(self, text: str) -> str:
        whole = text.encode("utf-8", "replace").decode()  # half a character is no JSON to AWS
        return whole[: self.longest] if whole.strip() else "-"


def _titan(texts: list[str], purpose: Purpose) -> dict[str, Any]:
    return {"inputText": texts[0]}


def _cohere(texts: list[str], purpose: Purpose) -> dict[str, Any]:
    return {"texts": texts, "input_type": f"search_{purpose}", "truncate": "END"}


def _cohere_4(texts: list[str], purpose: Purpose) -> dict[str, Any]:
    body = _cohere(texts, purpose)
    return {**body, "truncate": "RIGHT", "embedding_types": ["float"]}


def _embeddings(answer: Any) -> Any:
    """Cohere's: a list, or with `embedding_types` one list for each type."""
    given = answer["embeddings"]
    return given["float"] if isinstance(given, dict) else given


# By the beginning of the plain id. Titan reads 8,192 tokens, which is at least as many characters;
# the limits of Cohere are those of AWS's pages on them.
SHAPES = {
    "amazon.titan-embed-text": Shape(1, 8_192, _titan, lambda answer: [answer["embedding"]]),
    "cohere.embed-v4": Shape(96, 128_000, _cohere_4, _embeddings),
    "cohere.embed-": Shape(96, 2_048, _cohere, _embeddings),
}


def shape_of(model: str) -> Shape:
    """The shape of a model or inference profile.

    Raises:
        ConfigError: it is none of these, or an ARN that does not tell.
    """
    plain = plain_id(model)
    for beginning, shape in SHAPES.items():
        if plain.startswith(beginning):
            return shape
    raise ConfigError(
        f"NOTEPROOF_EMBEDDING_MODEL=bedrock:{model} is no embedding model that Noteproof can ask. "
        "Set it to bedrock: and the id of a Titan text or Cohere model, such as "
        "bedrock:amazon.titan-embed-text-v2:0, or unset it."
    )

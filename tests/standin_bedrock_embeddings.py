"""What Titan and Cohere answer to InvokeModel: hashed bags of words, another hash a model."""

from __future__ import annotations

import zlib
from typing import Any

from core.text import words

DIMENSION = 512


def vector(model: str, text: str) -> list[float]:
    """Texts that share words are near each other; not of length one."""
    row = [1e-3] * DIMENSION
    for word in words(text):
        row[zlib.crc32(f"{model} {word}".encode()) % DIMENSION] += 3.0
    return row


def embeddings(model: str, request: dict[str, Any]) -> dict[str, Any]:
    """The body of the answer.

    Raises:
        ValueError: what AWS would refuse, in its words.
    """
    if "titan-embed-text" in model:
        return _titan(model, request)
    if set(request) - {"texts", "input_type", "truncate", "embedding_types"}:
        raise ValueError("Malformed input request: extraneous key is not permitted")
    texts, v4 = request["texts"], "embed-v4" in model
    if not 0 < len(texts) <= 96 or request["input_type"] not in ("search_document", "search_query"):
        raise ValueError("Malformed input request, please reformat your input and try again.")
    if request["truncate"] not in (("NONE", "LEFT", "RIGHT") if v4 else ("NONE", "START", "END")):
        raise ValueError("Malformed input request: truncate is not a valid enum value")
    if not v4 and any(len(text) > 2048 for text in texts):
        raise ValueError("Malformed input request: expected maxLength: 2048, actual: more")
    rows = [vector(model, text) for text in texts]
    answer = {"id": "1", "texts": texts}
    if request.get("embedding_types"):
        return {**answer, "response_type": "embeddings_by_type", "embeddings": {"float": rows}}
    return {**answer, "response_type": "embeddings_floats", "embeddings": rows}


def _titan(model: str, request: dict[str, Any]) -> dict[str, Any]:
    if set(request) != {"inputText"} or not request["inputText"]:
        raise ValueError("Malformed input request: #: required key [inputText] not found")
    count = len(request["inputText"])  # at worst a token is a letter
    if count > 8192:
        raise ValueError(f"Too many input tokens. Max input tokens: 8192, token count: {count}")
    return {"embedding": vector(model, request["inputText"]), "inputTextTokenCount": count}

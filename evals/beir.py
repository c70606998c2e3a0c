"""A BEIR folder: BM25 alone, dense alone, and fused as in the retriever.

nDCG@10 has the gain rel / log2(rank + 1) and the ideal order as its norm (Järvelin and
Kekäläinen, 2002), as in trec_eval.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from retrieval.embedder import Embedder
from retrieval.fusion import fuse
from retrieval.lexical import LexicalIndex
from retrieval.vectors import VectorIndex

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and queries by id; `relevant` is query -> document -> relevance above 0."""

    documents: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv.

    Raises:
        ConfigError: a file is missing or not as BEIR has it.
    """
    judged = next(
        (p for p in (folder / "qrels.tsv", folder / "qrels/test.tsv") if p.exists()), None
    )
    if judged is None:
        raise ConfigError(f"{folder} has neither qrels.tsv nor qrels/test.tsv.")
    relevant: dict[str, dict[str, int]] = {}
    try:
        with judged.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t"):
                if len(row) < 3 or not row[-1].lstrip("-").isdigit():
                    continue
                query, document = (row[0], row[2]) if len(row) == 4 else (row[0], row[1])
                if int(row[-1]) > 0:
                    relevant.setdefault(query, {})[document] = int(row[-1])
        documents = {
            str(row["_id"]): f"{row.get('title') or ''} {row.get('text') or ''}".strip()
            for row in _rows(folder / "corpus.jsonl")
        }
        queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder} is not a BEIR folder: {error}") from error
    if not documents or not relevant.keys() & queries.keys():
        raise ConfigError(f"{folder} has no documents, or no judged queries.")
    return Collection(documents, queries, relevant)


def _rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(row) for row in file if row.strip()]


def evaluate(collection: Collection, embedder: Embedder) -> dict[str, dict[str, float]]:
    """system -> nDCG@10, recall@5, recall@10, recall@100, means over the judged queries."""
    ids, texts = list(collection.documents), list(collection.documents.values())
    vectors = embedder.encode(texts)
    dense = VectorIndex.build(vectors, vectors.shape[1])
    lexical = LexicalIndex(texts)
    judged = [query for query in collection.relevant if query in collection.queries]
    asked = embedder.encode([collection.queries[query] for query in judged])
    found: dict[str, list[dict[str, float]]] = {"bm25": [], "dense": [], "fused": []}
    for query, vector in zip(judged, asked, strict=True):
        text, relevant = collection.queries[query], collection.relevant[query]
        words, meaning = lexical.scores(text, fuzzy=False), dense.scores(vector)
        forgiving = lexical.scores(text)
        coverage = lexical.coverage(text, texts[int(forgiving.argmax())])
        fused = fuse(meaning, None, forgiving, None, coverage)
        for name, scores in (("bm25", words), ("dense", meaning), ("fused", fused)):
            found[name].append(_figures(ids, scores, relevant))
    return {
        name: {figure: fmean(row[figure] for row in rows) for figure in rows[0]}
        for name, rows in found.items()
    }


def _figures(ids: Sequence[str], scores: Scores, relevant: dict[str, int]) -> dict[str, float]:
    ranked = [ids[row] for row in np.argsort(-scores, kind="stable")[:100]]
    figures = {"ndcg@10": ndcg(ranked, relevant, 10)}
    for k in (5, 10, 100):
        figures[f"recall@{k}"] = len(relevant.keys() & set(ranked[:k])) / len(relevant)
    return figures


def ndcg(ranked: Sequence[str], relevant: dict[str, int], k: int) -> float:
    """Normalised discounted cumulative gain at `k`."""
    gain = sum(
        relevant.get(document, 0) / math.log2(rank + 1)
        for rank, document in enumerate(ranked[:k], 1)
    )
    best = sorted(relevant.values(), reverse=True)[:k]
    return gain / sum(value / math.log2(rank + 1) for rank, value in enumerate(best, 1))

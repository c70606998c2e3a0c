"""How many concepts of the map are names of something, by labels set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from core.errors import ConfigError
from evals.measures import share
from quiz.concepts.concept_map import ConceptMap

DISTRACTORS = 3


class Labelled(BaseModel):
    """A concept and whether it is a name; `why` says why it is not."""

    name: str
    good: bool
    why: str = ""


_ROWS = TypeAdapter(list[Labelled])


def read_labels(path: Path) -> dict[str, bool]:
    """Name -> whether it is a name of something.

    Raises:
        ConfigError: the file cannot be read, or is not of this form.
    """
    try:
        rows = _ROWS.validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The labels in {path} cannot be read ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise ConfigError(
            f"The labels in {path} cannot be used: {where}: {first['msg']}. Give a JSON list of "
            '{"name": ..., "good": true or false}.'
        ) from None
    return {row.name: row.good for row in rows}


def evaluate(known: ConceptMap, labels: Mapping[str, bool]) -> dict[str, Any]:
    """Sizes of the map, and the share of labelled concepts still in it that are names."""
    found = {name: good for name, good in labels.items() if known.find(name) is not None}
    enough = sum(len(concept.siblings) >= DISTRACTORS for concept in known.concepts)
    return {
        "figures": {
            "concepts": len(known.concepts),
            "facts": sum(len(concept.facts) for concept in known.concepts),
            "with_3_siblings": enough,
            "labelled": len(found),
            "precision": share(list(found.values())),
        },
        "labels_in_the_map": [name for name, good in found.items() if not good],
    }

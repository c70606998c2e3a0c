"""Items as JSON: complete both ways, and strict on the way back."""

from __future__ import annotations

from functools import lru_cache

from pydantic import TypeAdapter

from core.practice import Item


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Item]:
    return TypeAdapter(Item)


def item_to_json(item: Item) -> str:
    """Every field of an item, as JSON on one line."""
    return _adapter().dump_json(item).decode()


def item_from_json(text: str) -> Item:
    """The item that `item_to_json` was given, equal in every field.

    Raises:
        ValueError: not JSON, a field too many, one without default too few, or of another type.
    """
    return _adapter().validate_json(text, strict=True, extra="forbid")

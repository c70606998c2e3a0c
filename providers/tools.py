"""Answers by a tool: the model fills in a form instead of writing text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import BaseModel


def tool_options(model: BaseChatModel, form: type[BaseModel]) -> dict[str, Any]:
    """The options of a call whose answer is this form; it is made to use it where it can be.

    The form's name and docstring are the tool's.
    """
    choices = getattr(model, "supports_tool_choice_values", None) or ("tool",)
    choice = form.__name__ if "tool" in choices else "any" if "any" in choices else None
    bound = model.bind_tools([form], tool_choice=choice)
    options: dict[str, Any] = {**getattr(bound, "kwargs", {})}
    return {name: value for name, value in options.items() if value is not None}

"""One file per prompt. A prompt is turns, each under a line `--- system`, `--- user` or so."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.prompts import ChatPromptTemplate

FOLDER = Path(__file__).parent
_TURN = re.compile(r"^--- (system|user|assistant)\n", re.MULTILINE)


class Prompt:
    """A chat prompt with strict variables.

    >>> prompt = Prompt("greet", "--- user\\nHello {name}", {"name"})
    >>> prompt.messages(name="Ada")[0].content
    'Hello Ada'
    """

    def __init__(self, name: str, text: str, variables: Collection[str]) -> None:
        from langchain_core.prompts import ChatPromptTemplate

        parts = _TURN.split(text)
        if len(parts) < 3 or parts[0].strip():
            raise ConfigError(f"Prompt {name}: it must start with a line such as `--- system`.")
        turns = [(parts[i], parts[i + 1].strip()) for i in range(1, len(parts), 2)]
        self.name = name
        self._template: ChatPromptTemplate = ChatPromptTemplate.from_messages(turns)
        found = set(self._template.input_variables)
        if found != set(variables):
            missing, unused = sorted(set(variables) - found), sorted(found - set(variables))
            raise ConfigError(
                f"Prompt {name}: variables missing in the file: {missing or 'none'}; "
                f"in the file but never given: {unused or 'none'}."
            )

    def messages(self, **values: str) -> list[BaseMessage]:
        """The turns, filled in. Every variable must be given, and no other."""
        if set(values) != set(self._template.input_variables):
            raise ConfigError(f"Prompt {self.name}: got {sorted(values)}.")
        return self._template.format_messages(**values)


@cache
def load_prompt(name: str, *variables: str) -> Prompt:
    """Read `prompts/<name>.txt`.

    Raises:
        ConfigError: no such file, or its variables are not exactly `variables`.
    """
    path = FOLDER / f"{name}.txt"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"Prompt {name}: {path.name} cannot be read.") from error
    return Prompt(name, text, variables)

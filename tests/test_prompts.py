"""Prompts load with exactly their variables."""

from __future__ import annotations

import pytest

from core.errors import ConfigError
from prompts import FOLDER, Prompt, load_prompt

VARIABLES = {
    "answer": ("lines", "question"),
    "judge": ("lines", "question"),
    "summary": ("lines",),
    "terms": ("headings", "question"),
    "general": ("question",),
    "explain": ("option", "lines"),
    "guess": ("stem", "options"),
    "recall": ("stem",),
    "scenario": ("field", "facts", "words"),
    "explain_more": ("option", "lines"),
    "solve": ("lines", "stem", "options"),
    "vary": ("stem", "answer"),
    "alternatives": ("stem", "answer"),
}


def test_every_file_is_a_prompt_and_every_prompt_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(VARIABLES)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_prompt_loads_and_ends_with_what_is_asked(name: str) -> None:
    values = {variable: f"<{variable} & {{braces}}>" for variable in VARIABLES[name]}
    messages = load_prompt(name, *VARIABLES[name]).messages(**values)
    assert messages[0].type == "system"
    assert messages[-1].type == "human"
    limit = values.pop("words", "")
    assert limit in str(messages[0].content)
    assert all(value in str(messages[-1].content) for value in values.values())


@pytest.mark.parametrize(
    ("text", "variables", "said"),
    [
        ("--- user\nHi {name}", {"name", "age"}, "missing in the file: ['age']"),
        ("--- user\nHi {name}", set(), "never given: ['name']"),
        ("Hi", set(), "must start with a line"),
    ],
)
def test_a_prompt_that_does_not_fit_fails_to_load(
    text: str, variables: set[str], said: str
) -> None:
    with pytest.raises(ConfigError, match=".*") as caught:
        Prompt("greet", text, variables)
    assert said in str(caught.value)


def test_values_must_be_exactly_the_variables() -> None:
    with pytest.raises(ConfigError):
        Prompt("greet", "--- user\nHi {name}", {"name"}).messages(name="a", age="b")


def test_an_unknown_prompt_is_named() -> None:
    with pytest.raises(ConfigError, match="no_such"):
        load_prompt("no_such")

"""The forms in which a model that uses tools hands in what it writes for items.

Name, docstring and descriptions are what the model reads of them.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.errors import MalformedOutput

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Form(BaseModel):
    """What is filled in, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Scenario(Form):
    """Hand in the scenario."""

    scenario: Text = Field(description="The sentence about somebody who needs the hidden thing.")


class Variant(Form):
    """Hand in the rewritten question."""

    question: Text = Field(description="The question as another scenario, ending with a question.")


class WrongAnswers(Form):
    """Hand in the wrong options."""

    answers: list[Text] = Field(
        description="Three wrong options, without numbers before them.", min_length=1, max_length=6
    )


Filled = TypeVar("Filled", bound=Form)


def read_form(form: type[Filled], tool_input: str) -> Filled:
    """The form as the model filled it in.

    Raises:
        MalformedOutput: it did not use the form, left something out, or added something.
    """
    if not tool_input.strip():
        raise MalformedOutput(f"The model did not use the form {form.__name__}.")
    try:
        return form.model_validate_json(tool_input)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or form.__name__
        raise MalformedOutput(f"The model filled in {where} wrongly: {first['msg']}.") from None

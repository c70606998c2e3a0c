"""The domains of an exam, and which one a concept belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigError
from retrieval.embedder import Embedder, Vectors

DEFAULT = Path(__file__).with_name("domains.json")


class Domain(BaseModel):
    """One part of an exam; `weight` is its share in per cent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    weight: float = Field(gt=0, le=100)
    description: str = Field(min_length=1)


class Exam(BaseModel):
    """An exam and its domains, as `domains.json` has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    exam: str
    domains: tuple[Domain, ...] = Field(min_length=1)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(domain.name for domain in self.domains)

    def assign(self, vectors: Vectors, embedder: Embedder) -> list[str]:
        """The domain whose description is nearest to each row, by cosine."""
        described = embedder.encode([f"{d.name}: {d.description}" for d in self.domains])
        return [self.names[int(place)] for place in (vectors @ described.T).argmax(axis=1)]

    def find(self, asked: str) -> str:
        """The domain a learner means: by name, its beginning, or its number from 1.

        Raises:
            ConfigError: there is no such domain; the message lists them.
        """
        asked = asked.strip()
        if asked.isdecimal() and 1 <= int(asked) <= len(self.domains):
            return self.names[int(asked) - 1]
        for name in self.names:
            if asked and name.lower().startswith(asked.lower()):
                return name
        raise ConfigError(f"There is no domain {asked!r}. Domains are: {_list(self.names)}.")


def _list(names: Sequence[str]) -> str:
    return "; ".join(f"{place}. {name}" for place, name in enumerate(names, 1))


def read_exam(path: Path = DEFAULT) -> Exam:
    """Read the domains of an exam.

    Raises:
        ConfigError: the file cannot be read, or is not of this form.
    """
    try:
        return Exam.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The domains in {path} cannot be read ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(
            f"The domains in {path} cannot be used: {where or 'file'}: {first['msg']}. Each domain "
            "needs a name, a weight and a description."
        ) from None

"""What calls cost by the learner's own table; nothing is known of prices here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigError
from providers.ledger import Spent
from providers.traits import plain_id

EXAMPLE = '{"currency": "USD", "models": {"<model id>": {"input": 0.06, "output": 0.24}}}'
MILLION = 1_000_000


class Price(BaseModel):
    """For a million tokens read (`input`) and written (`output`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: Decimal = Field(ge=0, allow_inf_nan=False)
    output: Decimal = Field(ge=0, allow_inf_nan=False)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    currency: str = Field(min_length=1, max_length=12)
    models: dict[str, Price]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model id, as it is set or without what stands before the vendor's name."""

    currency: str
    models: dict[str, Price]

    def of(self, spent: Spent) -> Decimal | None:
        """What the counted tokens of a model cost; None where the table has no such model."""
        price = self.models.get(spent.model) or self.models.get(plain_id(spent.model))
        if price is None:
            return None
        cost = spent.prompt_tokens * price.input + spent.completion_tokens * price.output
        return cost / MILLION


def read_prices(path: Path | None) -> Prices | None:
    """The learner's table; None where none is set.

    Raises:
        ConfigError: it cannot be read, or is no table of prices; shows one that is.
    """
    if path is None:
        return None
    try:
        table = _Table.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"The table of prices {path} cannot be read ({error.strerror}): correct "
            "NOTEPROOF_PRICES, or unset it."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(
            f"The table of prices {path} cannot be used: {where or 'it'}: {first['msg']}. It looks "
            f"like {EXAMPLE}"
        ) from error
    return Prices(table.currency, dict(table.models))

"""What calls cost: by the learner's own table, exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import ConfigError
from providers.ledger import Spent
from providers.prices import EXAMPLE, Price, Prices, read_prices

NOVA = "amazon.nova-lite-v1:0"
TABLE = '{"currency": "USD", "models": {"amazon.nova-lite-v1:0": {"input": 0.06, "output": 0.24}}}'


def table(folder: Path, text: str) -> Path:
    path = folder / "prices.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_table_is_no_price() -> None:
    assert read_prices(None) is None


def test_prices_are_exact(tmp_path: Path) -> None:
    """Of a million: 1 at 0.06 and 3 at 0.24 are 0.00000078, which no float adds up to."""
    prices = read_prices(table(tmp_path, TABLE))
    assert prices == Prices("USD", {NOVA: Price(input=Decimal("0.06"), output=Decimal("0.24"))})
    cost = prices.of(Spent(NOVA, "", prompt_tokens=1, completion_tokens=3))
    assert cost == Decimal("0.00000078")
    assert isinstance(cost, Decimal)
    millions = Spent(NOVA, "", prompt_tokens=10**6, completion_tokens=10**6)
    assert prices.of(millions) == Decimal("0.30")


@pytest.mark.parametrize(
    ("model", "known"),
    [
        (NOVA, True),
        (f"eu.{NOVA}", True),
        (f"arn:aws:bedrock:eu-west-1:1:inference-profile/eu.{NOVA}", True),
        ("amazon.nova-lite", False),
        ("amazon.nova-lite-v2:0", False),
        ("AMAZON.NOVA-LITE-V1:0", False),
        ("", False),
    ],
)
def test_a_price_is_never_guessed(tmp_path: Path, model: str, known: bool) -> None:
    prices = read_prices(table(tmp_path, TABLE))
    assert prices is not None
    assert (prices.of(Spent(model, "", prompt_tokens=5)) is not None) is known


def test_the_price_of_the_id_as_it_is_set_is_stronger(tmp_path: Path) -> None:
    eu = f'"eu.{NOVA}": {{"input": 0, "output": 0}}, "amazon'
    prices = read_prices(table(tmp_path, TABLE.replace('"amazon', eu)))
    assert prices is not None
    assert prices.of(Spent(f"eu.{NOVA}", "", prompt_tokens=5)) == 0
    assert prices.of(Spent(f"us.{NOVA}", "", prompt_tokens=5)) == Decimal("0.0000003")


def test_the_example_is_a_table(tmp_path: Path) -> None:
    assert read_prices(table(tmp_path, EXAMPLE)) is not None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "it: Invalid JSON"),
        ("[]", "it: Input should be an object"),
        ("\ufeff" + TABLE, "it: Invalid JSON"),
        (TABLE.replace("0.06", "-0.06"), f"models.{NOVA}.input: Input should be greater than"),
        (TABLE.replace("0.06", "NaN"), f"models.{NOVA}.input"),
        (TABLE.replace("0.06", '"Infinity"'), f"models.{NOVA}.input"),
        (TABLE.replace("0.06", '"six"'), f"models.{NOVA}.input"),
        (TABLE.replace('"output"', '"cached"'), f"models.{NOVA}.output: Field required"),
        (TABLE.replace('"USD"', '""'), "currency: String should have at least 1"),
        (TABLE.replace('"currency"', '"unit"'), "currency: Field required"),
    ],
)
def test_a_bad_table_is_told_where_with_one_that_is_good(
    tmp_path: Path, text: str, where: str
) -> None:
    path = table(tmp_path, text)
    with pytest.raises(ConfigError) as told:
        read_prices(path)
    assert f"{path} cannot be used: {where}" in str(told.value)
    assert EXAMPLE in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", ["none.json", "."])
def test_a_table_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="correct NOTEPROOF_PRICES, or unset it"):
        read_prices(tmp_path / name)


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(ConfigError, match="cannot be used"):
        read_prices(tmp_path / "prices.json")

"""The domains of an exam: the file that ships, another one, broken ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ConfigError
from quiz.concepts.domains import Exam, read_exam
from tests.fakes import FakeEmbedder

KITCHEN: dict[str, Any] = {
    "exam": "Cook",
    "domains": [
        {"name": "Sauces", "weight": 60, "description": "roux milk butter stock whisk"},
        {"name": "Baking", "weight": 40, "description": "dough oven yeast flour crust"},
    ],
}


def test_the_file_that_ships() -> None:
    exam = read_exam()
    assert len(exam.domains) == 4
    assert sum(domain.weight for domain in exam.domains) == pytest.approx(100)
    assert len(set(exam.names)) == 4


def written(folder: Path, content: object) -> Path:
    path = folder / "domains.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_another_exam(tmp_path: Path) -> None:
    exam = read_exam(written(tmp_path, KITCHEN))
    assert (exam.exam, exam.names) == ("Cook", ("Sauces", "Baking"))


def test_a_concept_goes_to_the_nearest_description() -> None:
    embedder = FakeEmbedder(dimension=4096)
    vectors = embedder.encode(["Rye: dough with yeast", "Béchamel: milk and a roux"])
    assert Exam(**KITCHEN).assign(vectors, embedder) == ["Baking", "Sauces"]
    assert Exam(**KITCHEN).assign(np.zeros((0, 4096), np.float32), embedder) == []


def without(key: str) -> dict[str, Any]:
    first = {k: v for k, v in KITCHEN["domains"][0].items() if k != key}
    return {**KITCHEN, "domains": [first]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be used"),
        ("{", "cannot be used"),
        ([], "cannot be used"),
        ({"domains": KITCHEN["domains"]}, "exam: Field required"),
        ({"exam": "Cook"}, "domains: Field required"),
        ({"exam": "Cook", "domains": []}, "domains: Tuple should have at least 1 item"),
        (without("name"), "domains.0.name: Field required"),
        (without("weight"), "domains.0.weight: Field required"),
        (without("description"), "domains.0.description: Field required"),
        ({**KITCHEN, "pass": 75}, "pass: Extra inputs are not permitted"),
        (
            {"exam": "Cook", "domains": [{"name": "", "weight": 1, "description": "x"}]},
            "domains.0.name: String should have at least 1 character",
        ),
        (
            {"exam": "Cook", "domains": [{"name": "A", "weight": 0, "description": "x"}]},
            "domains.0.weight: Input should be greater than 0",
        ),
        (
            {"exam": "Cook", "domains": [{"name": "A", "weight": 101, "description": "x"}]},
            "domains.0.weight: Input should be less than or equal to 100",
        ),
        (
            {"exam": "Cook", "domains": [{"name": "A", "weight": "much", "description": "x"}]},
            "domains.0.weight: Input should be a valid number",
        ),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, content: object, said: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        read_exam(path)
    message = str(caught.value)
    assert said in message
    assert str(path) in message
    assert "\n" not in message


def test_a_file_that_is_absent_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_exam(tmp_path / "absent.json")
    path = tmp_path / "bytes.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_exam(path)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Sauces", "Sauces"),
        ("sauces", "Sauces"),
        (" bak ", "Baking"),
        ("1", "Sauces"),
        ("2", "Baking"),
    ],
)
def test_a_domain_is_found_by_name_beginning_or_number(asked: str, name: str) -> None:
    assert Exam(**KITCHEN).find(asked) == name


@pytest.mark.parametrize("asked", ["", "  ", "0", "3", "Soups", "auces", "-1", "²"])
def test_what_names_no_domain_lists_them(asked: str) -> None:
    with pytest.raises(ConfigError, match=r"1\. Sauces; 2\. Baking"):
        Exam(**KITCHEN).find(asked)

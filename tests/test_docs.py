"""README tells of what there is, and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import typer

import app
from core.settings import Settings, environment_names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_code() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|-) \| (.*) \|$", README, re.MULTILINE)
    names = environment_names()
    told = {name: (default, meaning) for name, default, meaning in rows}
    assert set(told) == set(names.values())
    for field, name in names.items():
        info = Settings.model_fields[field]
        default = info.default
        if hasattr(default, "get_secret_value"):
            default = default.get_secret_value()
        assert told[name] == ("" if default is None else str(default), info.description), name


def test_every_command_is_told_and_every_told_command_is_there() -> None:
    group = typer.main.get_command(app.cli)
    commands = set(getattr(group, "commands", {}))
    assert set(re.findall(r"python app\.py (\w+)", README)) == commands - {"serve"} | {"serve"}


def test_every_option_told_is_there() -> None:
    group = typer.main.get_command(app.cli)
    options = {
        name
        for command in getattr(group, "commands", {}).values()
        for parameter in command.params
        for name in parameter.opts
    }
    told = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", README.split("## Settings")[0]))
    assert told <= options | {"--help"}


def test_every_make_target_told_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)`?", README)) <= targets | {"run"}


def test_every_file_told_is_there() -> None:
    for path in re.findall(r"\]\(([\w/.-]+)\)|`(docs/[\w.-]+)`", README):
        assert (ROOT / (path[0] or path[1])).exists(), path


def test_requirements_are_pinned_and_say_why() -> None:
    rows = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [row for row in rows if row.strip() and not row.startswith("#")]
    assert len(wanted) > 10
    for row in wanted:
        assert re.fullmatch(r"[\w.-]+==[\w.]+ +# \w.*", row), row

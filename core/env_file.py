"""The file `.env`: settings that outlive the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from core.errors import ConfigError

ENV_FILE = Path(".env")


def write_env(values: Mapping[str, str], path: Path = ENV_FILE) -> Path:
    """Set variables in the file, made if need be, readable by its owner only; returns where it is.

    Other lines stay as they are. The file is written aside and switched in.

    Raises:
        ConfigError: it cannot be written, or cannot hold a value.
    """
    from dotenv import dotenv_values, set_key

    whole = path.resolve()
    aside = whole.with_name(f"{whole.name}.new")
    try:
        aside.touch(mode=0o600)
        aside.chmod(0o600)
        aside.write_bytes(whole.read_bytes() if whole.exists() else b"")
        for name, value in values.items():
            set_key(aside, name, value)
        read = dotenv_values(aside)
        if lost := [name for name, value in values.items() if read.get(name) != value]:
            aside.unlink()
            raise ConfigError(
                f"{whole} cannot hold the value of {lost[0]}: a `.env` file would read it as "
                "something else. Choose without saving, or take out signs such as ${."
            )
        aside.replace(whole)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise ConfigError(
            f"{whole} cannot be written ({error.strerror}). Choose without saving, or start "
            "Noteproof where it may write."
        ) from error
    return whole


def overruled(values: Mapping[str, str]) -> list[str]:
    """The variables that the environment sets to something else: it is stronger than the file."""
    return [name for name, value in values.items() if os.environ.get(name, value) != value]

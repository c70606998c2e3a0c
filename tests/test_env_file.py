"""The file `.env`: kept whole, closed to others, read back as it was meant."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.env_file import overruled, write_env
from core.errors import ConfigError
from core.settings import Settings, load_settings

KEY = "NOTEPROOF_OPENAI_API_KEY"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    return tmp_path


def read() -> str:
    return load_settings().openai_api_key.get_secret_value()


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "two words",
        "it's",
        '"quoted"',
        "sharp # sign",
        "$HOME costs $5",
        "two\nlines",
        "back\\slash \\\\ and \\n",
        "ends with \\",
        "'",
        "\\'",
        " spaces around ",
        "ключ 🔑",
        "a=b",
        "",
    ],
)
def test_a_value_is_read_back_as_it_was(value: str) -> None:
    write_env({KEY: value, "NOTEPROOF_OPENAI_MODEL": "after"})
    assert read() == value
    assert load_settings().openai_model == "after"


@pytest.mark.parametrize("value", ["${HOME}", "a${NOTEPROOF_LLM:-b}c"])
def test_what_the_file_would_change_is_refused_without_a_trace(here: Path, value: str) -> None:
    write_env({KEY: "before"})
    with pytest.raises(ConfigError, match=f"cannot hold the value of {KEY}") as refused:
        write_env({"NOTEPROOF_LLM": "openai", KEY: value})
    assert value not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (read(), load_settings().llm) == ("before", "embedded")
    assert [path.name for path in here.iterdir()] == [".env"]


def test_other_lines_and_comments_stay(here: Path) -> None:
    lines = '# mine\n\nexport OTHER="a b"  # why\nNOTEPROOF_LLM=none\nNOTEPROOF_THREADS=2'
    (here / ".env").write_text(lines, encoding="utf-8")
    write_env({"NOTEPROOF_LLM": "openai", KEY: "s3cret"})
    assert (here / ".env").read_text(encoding="utf-8") == (
        '# mine\n\nexport OTHER="a b"  # why\n'
        f"NOTEPROOF_LLM='openai'\nNOTEPROOF_THREADS=2\n{KEY}='s3cret'\n"
    )


@pytest.mark.parametrize("before", [None, 0o644])
def test_only_its_owner_may_read_it(here: Path, before: int | None) -> None:
    path = here / ".env"
    if before:
        path.write_text("A=1\n", encoding="utf-8")
        path.chmod(before)
    assert write_env({KEY: "s3cret"}) == path.resolve()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_a_link(here: Path) -> None:
    (here / "kept").mkdir()
    (here / "kept" / "env").write_text("A=1\n", encoding="utf-8")
    (here / ".env").symlink_to(here / "kept" / "env")
    write_env({KEY: "s3cret"})
    assert (here / ".env").is_symlink()
    assert (here / "kept" / "env").read_text(encoding="utf-8") == f"A=1\n{KEY}='s3cret'\n"


@pytest.mark.parametrize("fails", ["touch", "write_bytes", "replace"])
def test_what_cannot_be_written_leaves_the_old_file_whole(
    here: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    write_env({KEY: "before"})

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, fails, refuse)
        with pytest.raises(ConfigError, match=r"cannot be written \(No space left") as told:
            write_env({KEY: "after"})
    assert "after" not in str(told.value)
    assert read() == "before"
    assert [path.name for path in here.iterdir()] == [".env"]


def test_a_folder_that_is_none_is_told_in_one_line(here: Path) -> None:
    (here / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written") as told:
        write_env({KEY: "x"}, here / "file" / ".env")
    assert "\n" not in str(told.value)
    (here / ".env.new").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_env({KEY: "x"})


def test_what_the_environment_overrules_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTEPROOF_LLM", "none")
    monkeypatch.setenv("NOTEPROOF_OPENAI_MODEL", "small")
    given = {"NOTEPROOF_LLM": "openai", "NOTEPROOF_OPENAI_MODEL": "small", KEY: "x"}
    assert overruled(given) == ["NOTEPROOF_LLM"]

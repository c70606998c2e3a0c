"""Settings: what is wrong is named with its value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import ConfigError
from core.settings import Settings, environment_names, load_settings


def test_the_defaults_hold() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.llm) == ("127.0.0.1", 7860, "embedded")
    assert settings.corpus == "corpus"


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("PORT", "8000", "port", 8000),
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("NOTEPROOF_PORT", "8001", "port", 8001),
        ("NOTEPROOF_HOST", "::1", "host", "::1"),
        ("NOTEPROOF_LLM", "none", "llm", "none"),
        ("NOTEPROOF_HOME", "elsewhere", "home", Path("elsewhere")),
        ("NOTEPROOF_MAX_NOTE_MB", "0.5", "max_note_mb", 0.5),
        ("NOTEPROOF_MODELS", "files", "model_folder", Path("files")),
    ],
)
def test_the_environment_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), field) == expected


def test_an_argument_is_stronger_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTEPROOF_LLM", "openai")
    assert load_settings(llm="none").llm == "none"


@pytest.mark.parametrize("name", ["NOTEPROOF_LMM", "NOTEPROOF_", "NOTEPROOF_OPENAI_KEY"])
def test_an_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "secret-value")
    with pytest.raises(ConfigError, match=f"Unknown setting {name}. Settings are: ") as caught:
        load_settings()
    assert all(known in str(caught.value) for known in environment_names().values())
    assert "secret-value" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("NOTEPROOF_LLM", "bedrok", "'embedded', 'openai', 'bedrock' or 'none'"),
        ("PORT", "http", "integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("PORT", "", "integer"),
        ("NOTEPROOF_PORT", "x", "integer"),
        ("NOTEPROOF_THREADS", "1000", "less than or equal to 256"),
        ("NOTEPROOF_EVIDENCE_TOKENS", "10", "0, or greater than or equal to 50"),
        ("NOTEPROOF_EVIDENCE_TOKENS", "-1", "greater than or equal to 0"),
        ("NOTEPROOF_MODEL_TIMEOUT", "0", "greater than 0"),
        ("NOTEPROOF_MAX_NOTE_MB", "many", "number"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("NOTEPROOF_OPENAI_API_KEY", "sk-very-secret")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"Setting {name}={value!r} cannot be used: ")
    assert allowed in message
    assert "\n" not in message
    assert "sk-very-secret" not in message


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTEPROOF_OPENAI_API_KEY", "sk-very-secret")
    settings = load_settings()
    assert settings.openai_api_key.get_secret_value() == "sk-very-secret"
    assert "sk-very-secret" not in f"{settings!r} {settings} {settings.model_dump()}"
    with pytest.raises(ConfigError, match="Setting NOTEPROOF_OPENAI_API_KEY cannot") as caught:
        load_settings(openai_api_key=["sk-other-secret"])
    assert "secret" not in str(caught.value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1


def test_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.model_folder.name == "models"
    assert list(tmp_path.iterdir()) == []


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    return tmp_path / ".env"


def test_a_file_of_settings_is_read(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("# mine\nNOTEPROOF_LLM=none\nPORT=8000\nSOMETHING_ELSE=1\n")
    assert (load_settings().llm, load_settings().port) == ("none", 8000)
    monkeypatch.setenv("PORT", "9000")
    assert load_settings().port == 9000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NOTEPROOF_LMM=none\n", "Unknown setting NOTEPROOF_LMM"),
        ("NOTEPROOF_LLM=bedrok\n", "Setting NOTEPROOF_LLM='bedrok' cannot be used"),
    ],
)
def test_a_wrong_line_of_it_is_named(env_file: Path, text: str, said: str) -> None:
    env_file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_settings()


def test_the_developers_own_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=1\n")
    assert load_settings().port == 7860


@pytest.mark.parametrize("tokens", [0, 50, 8000])
def test_evidence_is_what_suits_the_model_or_a_number(tokens: int) -> None:
    assert load_settings(evidence_tokens=tokens).evidence_tokens == tokens
    assert load_settings().evidence_tokens == 0

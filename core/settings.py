"""Settings: read once, typed, without side effects. `NOTEPROOF_<NAME>` or a `.env` file."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from core.errors import ConfigError
from core.model_choice import ModelChoice

PREFIX = "NOTEPROOF_"
LEAST_EVIDENCE = 50
"""Tokens; one line of a note may take as many."""


class Settings(BaseSettings):
    """Every setting, with its default. Descriptions are what README's table shows."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    corpus: str = Field(
        "corpus", description="folder of notes or s3://bucket/prefix, when `--corpus` is absent"
    )
    home: Path = Field(Path("var"), description="where generated data goes")
    host: str = Field(
        "127.0.0.1",
        validation_alias=AliasChoices("HOST", "NOTEPROOF_HOST"),
        description="address the page listens on",
    )
    port: int = Field(
        7860,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("PORT", "NOTEPROOF_PORT"),
        description="port the page listens on",
    )
    llm: Literal["embedded", "openai", "bedrock", "none"] = Field(
        "embedded", description="which model answers: `embedded`, `openai`, `bedrock` or `none`"
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model, by name or path (the default ships with pip), "
        "or `bedrock:` and the id of a Titan or Cohere model",
    )
    models: Path | None = Field(
        None, description="folder of model files; default: the user's cache folder"
    )
    model_url: str = Field(
        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        description="where the embedded model is fetched first",
    )
    threads: int = Field(
        0, ge=0, le=256, description="processor threads of the embedded model; 0: all"
    )
    openai_base_url: str = Field(
        "http://127.0.0.1:11434/v1", description="OpenAI-compatible server, for `llm=openai`"
    )
    openai_api_key: SecretStr = Field(
        SecretStr("none"), description="its key, if it wants one; never shown or logged"
    )
    openai_model: str = Field("", description="its model; empty: the first one it lists")
    bedrock_model: str = Field(
        "", description="model or inference profile, by id or ARN, for `llm=bedrock`"
    )
    bedrock_region: str = Field("", description="its AWS region; empty: as AWS's own tools find it")
    bedrock_profile: str = Field("", description="AWS profile; empty: as AWS's own tools find it")
    bedrock_endpoint_url: str = Field("", description="another address of Bedrock; mostly empty")
    bedrock_guardrail: str = Field(
        "",
        pattern=r"^(.+:(DRAFT|[0-9]+))?$",
        description="guardrail of Bedrock as `id:version`; empty: none",
    )
    evidence_tokens: int = Field(
        0,
        ge=0,
        le=8000,
        description="how much evidence the model reads, in tokens; 0: what suits the model",
    )
    model_timeout: float = Field(
        60.0, gt=0, le=3600, description="seconds to wait for a model's next token"
    )
    prices: Path | None = Field(
        None, description="JSON file of your models' prices, to see what a session costs"
    )
    domains: Path | None = Field(
        None, description="JSON file of your exam's domains, like quiz/concepts/domains.json"
    )
    max_note_mb: float = Field(20.0, gt=0, le=2000, description="larger notes are skipped")
    max_notes: int = Field(5000, ge=1, le=1_000_000, description="how many notes may be added")
    max_notes_mb: float = Field(
        5000.0, gt=0, le=1_000_000, description="what the added notes may have together"
    )
    watch: bool = Field(True, description="index saved changes while the page is served")
    parse_seconds: float = Field(
        60.0, gt=0, le=3600, description="seconds that reading one file may take"
    )
    parse_memory_mb: int = Field(
        1024, ge=512, le=65536, description="memory that the process reading files may take"
    )
    ocr: bool = Field(
        False, description="read scanned PDF pages with `tesseract`, if it is on the PATH"
    )
    zip_members: int = Field(1000, ge=1, le=100_000, description="files that an archive may hold")
    zip_mb: float = Field(200.0, gt=0, le=2000, description="what an archive may unpack to")
    zip_ratio: float = Field(
        200.0, gt=1, le=2000, description="times its own size that an archive may unpack to"
    )

    @property
    def choice(self) -> ModelChoice:
        """Which model answers."""
        return ModelChoice(
            **{field.name: getattr(self, field.name) for field in fields(ModelChoice)}
        )

    @field_validator("evidence_tokens")
    @classmethod
    def _enough(cls, tokens: int) -> int:
        if 0 < tokens < LEAST_EVIDENCE:
            allowed = "Input should be 0, or greater than or equal to {least}"
            raise PydanticCustomError("too_little", allowed, {"least": LEAST_EVIDENCE})
        return tokens

    @property
    def model_folder(self) -> Path:
        """Where model files live: outside the project, shared by every clone."""
        if self.models is not None:
            return self.models
        from platformdirs import user_cache_path

        return user_cache_path("noteproof") / "models"


def environment_names() -> dict[str, str]:
    """Setting name -> environment variable, for README and error messages."""
    plain = {"host": "HOST", "port": "PORT"}
    return {name: plain.get(name, f"{PREFIX}{name.upper()}") for name in Settings.model_fields}


def load_settings(**overrides: Any) -> Settings:
    """Read the environment once. `overrides` are stronger, and checked like the rest.

    Raises:
        ConfigError: a variable `NOTEPROOF_*` that is not a setting, or a value that is not
            allowed; the message names the setting, the value and what is allowed.
    """
    names = environment_names()
    known = set(names.values()) | {"NOTEPROOF_HOST", "NOTEPROOF_PORT"}
    given = {*os.environ, *(name.upper() for name in DotEnvSettingsSource(Settings).env_vars)}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigError(
            f"Unknown setting {unknown[0]}. Settings are: {', '.join(sorted(known))}."
        )
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        shown = names.get(name, name)
        if shown not in given and PREFIX + shown in given:
            shown = PREFIX + shown
        value = "" if "key" in name.lower() else f"={first['input']!r}"
        raise ConfigError(f"Setting {shown}{value} cannot be used: {first['msg']}.") from None

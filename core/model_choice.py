"""Which model answers: the part of the settings that a session may change."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The settings of the same names; those of rungs that are not chosen are kept."""

    llm: str
    openai_base_url: str = field(repr=False)  # it may hold a password
    openai_api_key: SecretStr
    openai_model: str
    bedrock_model: str
    bedrock_region: str
    bedrock_profile: str
    bedrock_endpoint_url: str
    bedrock_guardrail: str

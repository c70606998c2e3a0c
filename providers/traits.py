"""What is known of Bedrock's models by their ids."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where an inference profile may send a request: `eu.anthropic.claude-...`.
_GEOGRAPHY = re.compile(r"^(us|eu|apac|ap|us-gov|ca|sa|jp|au|amer|global)\.")
_RELEASE = re.compile(r"(-\d{8})?(-v\d+)?(:\w+)*$")


@dataclass(frozen=True, slots=True)
class ModelTraits:
    """`caches_system`: takes a cache point after the system text, and reads that text once."""

    caches_system: bool = False


CACHES = ModelTraits(caches_system=True)
# By the longest prefix of the plain id; AWS's list of models with prompt caching.
TRAITS = {
    "": ModelTraits(),
    "amazon.nova-": CACHES,
    "amazon.nova-canvas": ModelTraits(),
    "amazon.nova-reel": ModelTraits(),
    "amazon.nova-sonic": ModelTraits(),
    "anthropic.claude-": CACHES,
    "anthropic.claude-v2": ModelTraits(),
    "anthropic.claude-instant": ModelTraits(),
    "anthropic.claude-3-": ModelTraits(),
    "anthropic.claude-3-5-haiku": CACHES,
    "anthropic.claude-3-7-sonnet": CACHES,
}


def plain_id(model: str) -> str:
    """The model's own id, without ARN and geography; an ARN may hold an opaque one.

    >>> plain_id("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    return _GEOGRAPHY.sub("", model.rpartition("/")[2] if model.startswith("arn:") else model)


def short_name(model: str) -> str:
    """The plain id without date and version, as labels show it."""
    return _RELEASE.sub("", plain_id(model), count=1)


def vendor(model: str) -> str:
    """Who made the model, such as `anthropic`; `unknown` where the id does not say."""
    made_by, dot, _ = plain_id(model).partition(".")
    return made_by if dot else "unknown"


def traits(model: str) -> ModelTraits:
    """The traits of the longest prefix that fits."""
    plain = plain_id(model)
    return TRAITS[max((prefix for prefix in TRAITS if plain.startswith(prefix)), key=len)]

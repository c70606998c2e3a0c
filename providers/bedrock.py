"""A model of Amazon Bedrock, by its Converse protocol. Credentials come by AWS's own chain."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx2

from core.errors import ModelUnavailable, NoteproofError
from providers.addresses import shown
from providers.aws_failures import aws_classes, explain_aws
from providers.aws_remedies import NO_REGION
from providers.base import ModelState
from providers.client import CONNECT_SECONDS, is_loopback
from providers.dialects import THINKS
from providers.hang_up import watch
from providers.readiness import Readiness
from providers.traits import ModelTraits, bedrock_traits, plain_id, short_name, vendor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REMEDY = "Ask again, or set NOTEPROOF_LLM=embedded or none."
NO_CREDENTIALS_NEEDED = "AWS_BEARER_TOKEN_BEDROCK"  # a Bedrock API key; boto3 reads it itself


@dataclass(frozen=True, slots=True)
class BedrockAccess:
    """Which model to ask, and how it is reached; what is empty is left to AWS's chain.

    `model` is an id or ARN of a model or inference profile, `guardrail` is `id:version`,
    `timeout` is seconds to the next token.
    """

    model: str
    region: str = ""
    profile: str = ""
    endpoint_url: str = ""
    guardrail: str = ""
    timeout: float = 60.0


class BedrockProvider:
    """Finds region and credentials before it calls itself ready; it asks nothing of Bedrock."""

    def __init__(self, access: BedrockAccess) -> None:
        self._access = access
        self._region = access.region
        self._client: Any = None
        self._readiness = Readiness(ModelState("missing", "not asked yet"))

    @property
    def label(self) -> str:
        where = f"Bedrock, {self._region}" if self._region else "Bedrock"
        return f"{short_name(self._access.model) or 'no model'} ({where})"

    @property
    def traits(self) -> ModelTraits:
        return bedrock_traits(self._access.model)

    def state(self) -> ModelState:
        return self._readiness.get()

    def start(self) -> None:
        first = ModelState("loading", "looking for AWS credentials")
        self._readiness.run(self._get_ready, first)

    def wait(self, timeout: float | None = None) -> ModelState:
        return self._readiness.wait(timeout)

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        state, client = self.state(), self._client
        if client is None or state.phase != "ready":
            not_yet = "AWS credentials are still looked for: wait a little and ask again."
            raise ModelUnavailable(state.detail if state.phase == "failed" else not_yet)
        model = init_chat_model(
            self._access.model,
            model_provider="bedrock_converse",
            name=self.label,
            metadata={"remedy": REMEDY, THINKS: self.traits.reasons},
            provider=vendor(self._access.model),
            base_model=plain_id(self._access.model),  # or it would be looked up on the network
            client=client,
            bedrock_client=client,  # never used; or another would be made
            max_tokens=self.traits.room(max_tokens),
            temperature=temperature,
            guardrail_config=_guardrail(self._access.guardrail),
            disable_streaming=False,
        )
        mended: dict[str, Any] = {"disable_streaming": False}  # profiles of an opaque name lose it
        if (model.profile or {}).get("temperature") is False:
            mended["temperature"] = None  # new Claudes refuse any
        return model.model_copy(update=mended)

    def who(self) -> str:
        """The ARN behind the credentials; empty where it cannot be found out."""
        from providers.identity import who_am_i

        return who_am_i(self._access)

    def close(self) -> None:
        self._readiness.wait(CONNECT_SECONDS)
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._readiness.set(ModelState("missing", "closed"))

    def _get_ready(self) -> ModelState:
        if not self._access.model:
            raise ModelUnavailable(
                "NOTEPROOF_BEDROCK_MODEL is empty. Set it to a model or inference profile, such as "
                "eu.amazon.nova-lite-v1:0."
            )
        import_module("langchain_aws")  # takes seconds, better here than in a question
        import_module("botocore.exceptions")
        failures: tuple[type[Exception], ...] = (*aws_classes(), ValueError, httpx2.InvalidURL)
        try:
            self._client = open_client(self._access)
        except failures as error:
            if told := self._explain(error):
                raise told from error
            raise
        self._region = self._client.meta.region_name
        return ModelState("ready", self.label, goes_to=f"Amazon Bedrock in {self._region}")

    def _explain(self, error: Exception) -> NoteproofError | None:
        told, url = explain_aws(error, self.label, REMEDY), self._access.endpoint_url
        if told or not url:
            return told
        return ModelUnavailable(
            f"NOTEPROOF_BEDROCK_ENDPOINT_URL={shown(url)} is no address. It looks like "
            "https://bedrock-runtime.eu-central-1.amazonaws.com; mostly it is empty."
        )


def open_client(access: BedrockAccess) -> Any:
    """A client of Bedrock's runtime with credentials, whose requests can be hung up on.

    Retries are off: who asks decides on them. botocore's own log is kept from telling what it
    signs.

    Raises:
        BotoCoreError: no region, profile or credentials.
        ValueError: an endpoint that is no address.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import NoCredentialsError

    logging.getLogger("botocore").setLevel(logging.INFO)
    session = boto3.Session(profile_name=access.profile or None, region_name=access.region or None)
    if not session.region_name:
        raise ModelUnavailable(NO_REGION)
    if not os.environ.get(NO_CREDENTIALS_NEEDED):
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        credentials.get_frozen_credentials()
    local = access.endpoint_url and is_loopback(access.endpoint_url)
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=access.timeout,
        retries={"total_max_attempts": 1},
        proxies={} if local else None,
    )
    client = session.client(
        "bedrock-runtime", endpoint_url=access.endpoint_url or None, config=config
    )
    watch(client)
    if bedrock_traits(access.model).caches_system:
        client.meta.events.register(
            "provide-client-params.bedrock-runtime.ConverseStream", cache_system
        )
    return client


def cache_system(params: dict[str, Any], **_: Any) -> None:
    """Let the model keep what it read of the system text: that is the same in every question."""
    if params.get("system"):
        params["system"] = [*params["system"], {"cachePoint": {"type": "default"}}]


def _guardrail(setting: str) -> dict[str, str] | None:
    name, _, version = setting.rpartition(":")
    return {"guardrailIdentifier": name, "guardrailVersion": version} if setting else None

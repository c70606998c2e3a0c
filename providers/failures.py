"""What a chat model may raise while it connects or streams, as our errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from providers.aws_failures import aws_classes, explain_aws, unfinished_aws

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REMEDY = "Set NOTEPROOF_LLM=none to go on without a model."
SHORTEST_KEY = 8
TOO_LONG = (
    "context size",
    "context length",
    "context window",
    "context_length_exceeded",
    "prompt is too long",
    "too many tokens",
)


def failure_classes() -> tuple[type[Exception], ...]:
    """Every class that openai, httpx2, boto3 and langchain raise for a server's failure.

    ValueError holds JSONDecodeError, UnicodeDecodeError and pydantic's; the lookup and type
    errors are what JSON of an unexpected shape becomes inside openai and langchain.
    """
    import httpx2
    import openai
    from langchain_core.exceptions import LangChainException

    return (
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.StreamError,
        LangChainException,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        *aws_classes(),
    )


def explain(error: Exception, model: BaseChatModel) -> NoteproofError:
    """One clear line that says what happened and what to do next."""
    import httpx2
    import openai

    name, remedy = _name(model), _remedy(model)
    if of_aws := explain_aws(error, name, remedy):
        return of_aws
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return ModelUnavailable(
            f"{name} kept silent for too long. Raise NOTEPROOF_MODEL_TIMEOUT, or choose a "
            f"smaller model. {remedy}"
        )
    if isinstance(error, openai.APIStatusError):
        return _refused(error.status_code, _without_key(error.message, model), name, remedy)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return ModelUnavailable(f"{name} cannot be reached or broke off. {remedy}")
    if isinstance(error, openai.APIResponseValidationError):
        return MalformedOutput(f"{name} sent something that is no answer. {remedy}")
    if isinstance(error, openai.LengthFinishReasonError):
        return MalformedOutput(f"{name} ran out of tokens before its answer was whole. Ask again.")
    if isinstance(error, openai.APIError):
        return _reported(_without_key(error.message, model), name, remedy)
    return MalformedOutput(
        f"{name} sent something that is no answer ({type(error).__name__}). {remedy}"
    )


def broken_off(model: BaseChatModel) -> ModelUnavailable:
    """For a stream that ended cleanly but without the word that it was the end."""
    return ModelUnavailable(f"{_name(model)} broke off in mid-answer. {_remedy(model)}")


def unfinished(finish: str, model: BaseChatModel) -> NoteproofError | None:
    """For a stream that ended with a word that says why it is no answer; None for others."""
    return unfinished_aws(finish, _name(model))


def _name(model: BaseChatModel) -> str:
    return model.name or "The model"


def _remedy(model: BaseChatModel) -> str:
    return str((model.metadata or {}).get("remedy", REMEDY))


def _without_key(message: str, model: BaseChatModel) -> str:
    """A server may echo the key that it was sent; a short one stands for none."""
    key = getattr(model, "openai_api_key", None)
    secret = str(key.get_secret_value()) if isinstance(key, SecretStr) else ""
    return message.replace(secret, "***") if len(secret) >= SHORTEST_KEY else message


def _refused(status: int, message: str, name: str, remedy: str) -> ModelUnavailable:
    if status in (401, 403):
        return ModelUnavailable(
            f"{name} refused the key. Set NOTEPROOF_OPENAI_API_KEY to a valid one."
        )
    if status == 404:
        return ModelUnavailable(
            f"{name} is not there. Set NOTEPROOF_OPENAI_MODEL to a model that the server lists."
        )
    if status == 429:
        return ModelBusy(f"{name} wants a pause (HTTP 429). Wait a minute and ask again.")
    if status < 500:
        return _reported(message, name, remedy)
    return ModelBusy(f"{name} failed (HTTP {status}). {remedy}")


def _reported(message: str, name: str, remedy: str) -> ModelUnavailable:
    if any(words in message.lower() for words in TOO_LONG):
        return ModelUnavailable(
            f"The question and its evidence are longer than {name} can read. Shorten the "
            "question, or lower NOTEPROOF_EVIDENCE_TOKENS."
        )
    first_line = next(iter(message.splitlines()), "")[:200]
    return ModelUnavailable(f"{name} reported: {first_line or 'an error'}. {remedy}")

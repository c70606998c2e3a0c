"""What a chat model may raise while it connects or streams, as our errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from core.errors import MalformedOutput, ModelUnavailable, NoteproofError
from providers.addresses import HIDDEN
from providers.aws_failures import aws_classes, explain_aws, unfinished_aws
from providers.pauses import asked_pause
from providers.refusals import Told, refused
from providers.unreachable import why_unreachable

if TYPE_CHECKING:
    import openai
    from langchain_core.language_models import BaseChatModel

REMEDY = "Set NOTEPROOF_LLM=none to go on without a model."
SHORTEST_KEY = 8


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
    if line := why_unreachable(error, name):
        return ModelUnavailable(line)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return ModelUnavailable(
            f"{name} kept silent for too long. Raise NOTEPROOF_MODEL_TIMEOUT, or choose a "
            f"smaller model. {remedy}"
        )
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return ModelUnavailable(f"{name} cannot be reached or broke off. {remedy}")
    if isinstance(error, openai.APIResponseValidationError):
        return MalformedOutput(f"{name} sent something that is no answer. {remedy}")
    if isinstance(error, openai.LengthFinishReasonError):
        return MalformedOutput(f"{name} ran out of tokens before its answer was whole. Ask again.")
    if isinstance(error, openai.APIError):
        return refused(_told(error, model), name, remedy)
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


def _told(error: openai.APIError, model: BaseChatModel) -> Told:
    """Inside a stream the status is what the error calls its code, if that is a number."""
    import openai

    code, after = error.code or "", None
    status = int(code) if str(code) in map(str, range(400, 600)) else 0
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        after = asked_pause(error.response.headers, datetime.now(UTC))
    message = _without_secrets(_words(error), model)
    return Told(status, f"{code} {error.type or ''}", message, after)


def _words(error: openai.APIError) -> str:
    """The server's own words; openai puts a prefix and the whole body around them."""
    body = error.body
    given = body.get("message") if isinstance(body, dict) else body
    return given if isinstance(given, str) else error.message


def _without_secrets(message: str, model: BaseChatModel) -> str:
    """A server may echo what it was sent; a short key stands for none."""
    key = getattr(model, "openai_api_key", None)
    secret = str(key.get_secret_value()) if isinstance(key, SecretStr) else ""
    hidden = [secret] if len(secret) >= SHORTEST_KEY else []
    hidden += [form.get_secret_value() for form in (model.metadata or {}).get("secrets", ())]
    for form in hidden:
        message = message.replace(form, HIDDEN)
    return message

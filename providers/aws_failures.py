"""What boto3 and Amazon Bedrock may raise, as one line with the remedy."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import Any

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from providers.aws_refusals import SERVICE
from providers.aws_remedies import CLIENT, UNFINISHED, Case
from providers.pauses import advice, asked_pause

# Nothing that AWS or a proxy echoes may show who signed the request.
_SIGNED = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}|\b(?:Credential|Signature|Token)=[^\s,]+"
    r"|\bx-amz-security-token\W+[^\s,\"']+|\bBearer\s+[^\s,]+",
    re.IGNORECASE,
)


def aws_classes() -> tuple[type[Exception], ...]:
    """Every class that boto3 raises; none while it is not loaded, for then none can have been."""
    if "botocore" not in sys.modules:
        return ()
    import urllib3
    from botocore.eventstream import ParserError
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return (
        BotoCoreError,
        ClientError,
        ParserError,
        ResponseParserError,
        urllib3.exceptions.HTTPError,
    )


def explain_aws(error: Exception, name: str, remedy: str) -> NoteproofError | None:
    """One clear line; None when the error is not of AWS."""
    if not isinstance(error, aws_classes()):
        return None
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return _refused(response, name, remedy)
    lineage = [kind.__name__ for kind in type(error).__mro__]
    for case in CLIENT:
        if any(kind in case.codes for kind in lineage):
            return _error(case, name, remedy)
    return MalformedOutput(
        f"{name} sent something that is no answer ({type(error).__name__}). {remedy}"
    )


def unfinished_aws(finish: str, name: str) -> NoteproofError | None:
    """What it means that an answer ended for this reason; None when it is whole."""
    case = next((case for case in UNFINISHED if finish in case.codes), None)
    return _error(case, name, "") if case else None


def _refused(response: dict[str, Any], name: str, remedy: str) -> NoteproofError:
    """By the code and the words of AWS; inside a stream codes begin with a small letter."""
    given = response.get("Error", {})
    code, message = str(given.get("Code", "")).lower(), str(given.get("Message", ""))
    words = message.lower().replace("’", "'")
    metadata = response.get("ResponseMetadata", {})
    after = asked_pause(metadata.get("HTTPHeaders", {}), datetime.now(UTC))
    for case in SERVICE:
        if case.codes and code not in (known.lower() for known in case.codes):
            continue
        if not case.words or any(word in words for word in case.words):
            return _error(case, name, remedy, after)
    status = metadata.get("HTTPStatusCode", 0)
    if isinstance(status, int) and status >= 500:
        return ModelBusy(
            f"{name} failed (HTTP {status}). {advice(after)} and ask again.", after=after
        )
    page = message.lstrip().startswith("<")  # of a proxy in between
    said = f"HTTP {status}" if page else _SIGNED.sub("***", message)
    first_line = next(iter(said.splitlines()), "")[:200].rstrip(". ")
    return ModelUnavailable(f"{name} reported: {first_line or code or 'an error'}. {remedy}")


def _error(case: Case, name: str, remedy: str, after: float | None = None) -> NoteproofError:
    line = case.line.format(name=name, remedy=remedy, wait=advice(after)).rstrip()
    return ModelBusy(line, after=after) if case.error is ModelBusy else case.error(line)

"""What a learner reads when Amazon Bedrock refuses: by its code, and by words of its message."""

from __future__ import annotations

from core.errors import ModelBusy
from providers.aws_remedies import CREDENTIALS_HELP, NO_REGION, SILENT, TOO_LONG, Case

DENIED = ("AccessDeniedException", "AccessDenied", "UnauthorizedException")
INVALID = ("ValidationException",)
MISSING = ("ResourceNotFoundException",)

NO_GUARDRAIL = (
    "AWS has no such guardrail in this region. Set NOTEPROOF_BEDROCK_GUARDRAIL to `id:version` "
    "of one, or to nothing."
)
NO_MODEL = (
    "{name} is not there. Set NOTEPROOF_BEDROCK_MODEL to a model or inference profile of that "
    "region, or NOTEPROOF_BEDROCK_REGION to the model's."
)

# The more exact rows stand first.
SERVICE = (
    Case(
        ("ExpiredTokenException", "ExpiredToken", "RequestExpired"),
        (),
        "Your AWS credentials have expired. Renew them (with SSO: `aws sso login`) and restart "
        "Noteproof.",
    ),
    Case(
        ("InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"),
        ("expired", "not yet current", "too large"),
        "AWS refuses requests of this computer because its clock is wrong. Set it by network "
        "time and ask again.",
    ),
    Case(
        ("InvalidSignatureException", "SignatureDoesNotMatch"),
        ("scoped to a valid region", "scoped to correct"),
        "The address and the region of {name} do not belong together. Set NOTEPROOF_BEDROCK_REGION "
        "to the region of NOTEPROOF_BEDROCK_ENDPOINT_URL, or that to nothing.",
    ),
    Case(
        ("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"),
        (),
        "AWS refused the secret key: it does not belong to the access key. Run `aws configure` "
        "and restart Noteproof.",
    ),
    Case(
        (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidAccessKeyId",
            "MissingAuthenticationTokenException",
        ),
        (),
        "AWS does not know these credentials. "
        + CREDENTIALS_HELP
        + " Mend them and restart Noteproof, or set NOTEPROOF_BEDROCK_REGION to a region that your "
        "account has enabled.",
    ),
    Case(
        DENIED,
        ("api key", "bearer token"),
        "AWS refused the Bedrock API key. Set AWS_BEARER_TOKEN_BEDROCK to a valid one, or remove "
        "it.",
    ),
    Case(
        DENIED,
        ("guardrail",),
        "Your AWS user may not use the guardrail. Allow it bedrock:ApplyGuardrail, or set "
        "NOTEPROOF_BEDROCK_GUARDRAIL to nothing.",
    ),
    Case(
        DENIED,
        ("access to the model", "marketplace", "model access"),
        "Your AWS account has no access to {name}. Ask for it in the Bedrock console of that "
        "region under Model access, or set NOTEPROOF_BEDROCK_MODEL to a model that you have.",
    ),
    Case(
        DENIED,
        (),
        "Your AWS user may not use {name}. Allow it bedrock:InvokeModelWithResponseStream on the "
        "model, and on its inference profile if it is one.",
    ),
    Case(
        INVALID,
        ("on-demand throughput",),
        "{name} is served by inference profiles only. Set NOTEPROOF_BEDROCK_MODEL to one: mostly "
        "the model's id with `us.`, `eu.` or `global.` before it.",
    ),
    Case((*INVALID, *MISSING), ("guardrail",), NO_GUARDRAIL),
    Case(
        (*INVALID, *MISSING, *DENIED),
        ("end of its life", "end of life", "end-of-life", "legacy", "deprecated model"),
        "AWS no longer offers {name}. Set NOTEPROOF_BEDROCK_MODEL to a newer one.",
    ),
    Case(
        MISSING,
        ("use case",),
        "Before its first use {name} wants a form. Fill in the use case details under Model access "
        "in the Bedrock console, wait 15 minutes and ask again.",
    ),
    Case(("UnknownOperationException",), (), NO_REGION),
    Case(INVALID, ("model identifier", "model id"), NO_MODEL),
    Case(MISSING, (), NO_MODEL),
    Case(
        INVALID,
        (
            "too long",
            "too many input tokens",
            "too many tokens",
            "context window",
            "context length",
            "context limit",
            "input tokens exceed",
            "maxlength",
        ),
        TOO_LONG,
    ),
    Case(
        ("ThrottlingException", "TooManyRequestsException"),
        ("per day",),
        "Your AWS account has used up its tokens of today for {name}. Ask again tomorrow, or set "
        "NOTEPROOF_BEDROCK_MODEL to another model.",
    ),
    Case(
        ("ThrottlingException", "TooManyRequestsException"),
        (),
        "{name} wants a pause (too many requests). {wait} and ask again.",
        ModelBusy,
    ),
    Case(
        ("ServiceQuotaExceededException",),
        (),
        "Your AWS account's quota for {name} is used up. Ask for more under Service Quotas in the "
        "AWS console, or set NOTEPROOF_BEDROCK_MODEL to another model.",
    ),
    Case(
        ("ModelNotReadyException",),
        (),
        "{name} is not ready yet. {wait} and ask again.",
        ModelBusy,
    ),
    Case(("ModelTimeoutException",), (), SILENT, ModelBusy),
    Case(
        ("ModelErrorException", "ModelStreamErrorException"),
        (),
        "{name} failed in mid-work. Ask again; if it fails again, in other words.",
        ModelBusy,
    ),
    Case(
        ("InternalServerException", "InternalFailure", "ServiceUnavailableException"),
        (),
        "Amazon Bedrock cannot serve {name} at this moment. {wait} and ask again.",
        ModelBusy,
    ),
)

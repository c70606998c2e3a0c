"""What a learner reads when AWS's client fails, or an answer ends before it is whole.

The credential chain, the network, the stream. What the service itself refuses is in
`aws_refusals`. Of each table the first row that fits is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError


@dataclass(frozen=True, slots=True)
class Case:
    """One error and its line, which may name `{name}`, `{remedy}` and, if busy, `{wait}`.

    `codes`: any of them, or all when empty. `words`: any stands in AWS's message. `error` tells
    whether asking again may help.
    """

    codes: tuple[str, ...]
    words: tuple[str, ...]
    line: str
    error: type[NoteproofError] = ModelUnavailable


TOO_LONG = (
    "The question and its evidence are longer than {name} can read. Shorten the question, or "
    "lower NOTEPROOF_EVIDENCE_TOKENS."
)
SILENT = (
    "{name} kept silent for too long. Ask again, raise NOTEPROOF_MODEL_TIMEOUT, or choose a "
    "smaller model."
)
NO_REGION = (
    "No AWS region that Bedrock knows is set. Set NOTEPROOF_BEDROCK_REGION, such as eu-central-1, "
    "or AWS_REGION."
)
CREDENTIALS_HELP = "`aws sts get-caller-identity` says what is wrong with them."


# By class, for what never reached the service.
CLIENT = (
    Case(
        ("NoCredentialsError", "NoAuthTokenError"),
        (),
        "No AWS credentials were found. Run `aws configure` or `aws sso login`, or set "
        "NOTEPROOF_BEDROCK_PROFILE to a profile that has some.",
    ),
    Case(
        ("PartialCredentialsError",),
        (),
        "The AWS credentials are incomplete: an access key needs its secret key. Run "
        "`aws configure`.",
    ),
    Case(
        ("SSOError", "TokenRetrievalError", "LoginError"),
        (),
        "Your AWS sign-in has ended. Run `aws sso login` and ask again.",
    ),
    Case(
        ("ProfileNotFound",),
        (),
        "There is no such AWS profile. Set NOTEPROOF_BEDROCK_PROFILE, or AWS_PROFILE, to one that "
        "`aws configure list-profiles` shows.",
    ),
    Case(
        ("ConfigParseError", "ConfigNotFound"),
        (),
        "AWS's file of settings cannot be read. Run `aws configure list`: it says where and why.",
    ),
    Case(
        (
            "CredentialRetrievalError",
            "MetadataRetrievalError",
            "InvalidConfigError",
            "RefreshWithMFAUnsupportedError",
            "MissingDependencyException",
        ),
        (),
        "The AWS credentials could not be fetched. " + CREDENTIALS_HELP,
    ),
    Case(
        (
            "BaseEndpointResolverError",
            "EndpointProviderError",
            "InvalidRegionError",
            "UnknownRegionError",
        ),
        (),
        NO_REGION,
    ),
    Case(
        ("SSLError",),
        (),
        "The certificate of {name} cannot be verified. Behind a company's proxy, set AWS_CA_BUNDLE "
        "to the file of its certificates.",
    ),
    Case(
        ("ProxyConnectionError", "InvalidProxiesConfigError", "ProxyError"),
        (),
        "The proxy of your environment does not let {name} through. Check HTTPS_PROXY and "
        "NO_PROXY.",
    ),
    Case(
        ("ConnectTimeoutError",),
        (),
        "{name} cannot be reached in time. Check the network, then ask again.",
        ModelBusy,
    ),
    Case(("ReadTimeoutError", "TimeoutError"), (), SILENT, ModelBusy),
    Case(
        ("EndpointConnectionError",),
        (),
        "Nothing answers for {name}. Check the network, NOTEPROOF_BEDROCK_REGION and "
        "NOTEPROOF_BEDROCK_ENDPOINT_URL.",
    ),
    Case(
        ("ParamValidationError",),
        (),
        "{name} cannot be asked in this way. Check NOTEPROOF_BEDROCK_MODEL and "
        "NOTEPROOF_BEDROCK_GUARDRAIL.",
    ),
    Case(
        ("InvalidEndpointConfigurationError",),
        (),
        "A Bedrock API key is sent over https only. Set NOTEPROOF_BEDROCK_ENDPOINT_URL to such an "
        "address, or to nothing.",
    ),
    Case(
        ("HTTPClientError", "ConnectionError", "IncompleteReadError", "ProtocolError"),
        (),
        "{name} broke off. {remedy}",
        ModelBusy,
    ),
    Case(
        ("BotoCoreError",),
        (),
        "{name} cannot be asked as it is set. `aws configure list` tells what AWS's tools see. "
        "{remedy}",
    ),
)

# By Converse's `stopReason`.
UNFINISHED = (
    Case(
        ("guardrail_intervened",),
        (),
        "Your guardrail blocked this answer of {name}. Ask in other words, or change "
        "NOTEPROOF_BEDROCK_GUARDRAIL.",
    ),
    Case(
        ("content_filtered", "content_filter"),
        (),
        "The filter of {name} blocked this answer. Ask in other words.",
    ),
    Case(("model_context_window_exceeded",), (), TOO_LONG),
    Case(
        ("malformed_model_output",),
        (),
        "{name} sent something that is no answer. Ask again.",
        MalformedOutput,
    ),
)

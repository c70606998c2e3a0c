from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from chat.model import ModelCalls
from core.errors import ConfigError, MalformedOutput, ModelBusy, ModelUnavailable, NoteproofError
from core.settings import load_settings
from core.types import Evidence
from providers import make_rung
from providers.aws_failures import explain_aws
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.chunks import TextChunk
from providers.stops import Cutter
from providers.streaming import complete_text, stream_text
from providers.traits import THINKING_TOKENS, bedrock_traits, plain_id, short_name, vendor
from quiz.letters import letter_shares
from tests.clock import PATIENCE, until
from tests.standin_bedrock import Mode, StandIn, standin_bedrock

ROOT = Path(__file__).parent.parent
KEY, SECRET, TOKEN = "AKIAEXAMPLEEXAMPLE12", "secretSECRETsecretSECRET", "sessionTOKENsessionTOKEN"
HAIKU = "eu.anthropic.claude-3-5-haiku-20241022-v1:0"
LABEL = "anthropic.claude-3-5-haiku (Bedrock, eu-central-1)"
ASKED = [SystemMessage("Be brief."), HumanMessage("What is S3?")]


@pytest.fixture(autouse=True)
def _no_aws_of_the_developer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)


@pytest.fixture
def server(signed_in: None) -> Iterator[StandIn]:
    with standin_bedrock() as standin:
        yield standin


def ready(
    server: StandIn, model: str = HAIKU, *, guardrail: str = "", timeout: float = PATIENCE
) -> BedrockProvider:
    provider = BedrockProvider(
        BedrockAccess(
            model,
            region="eu-central-1",
            endpoint_url=server.url,
            guardrail=guardrail,
            timeout=timeout,
        )
    )
    provider.start()
    state = provider.wait(60)
    assert state.phase == "ready", state
    return provider


def failed(access: BedrockAccess) -> str:
    provider = BedrockProvider(access)
    provider.start()
    state = provider.wait(60)
    assert state.phase == "failed"
    assert "\n" not in state.detail
    with pytest.raises(ModelUnavailable, match="NOTEPROOF|AWS"):
        provider.chat_model(max_tokens=1)
    return state.detail


def test_streams_the_answer_with_its_token_counts(server: StandIn) -> None:
    chunks = list(stream_text(ready(server).chat_model(max_tokens=9), ASKED))
    assert [chunk.text for chunk in chunks if chunk.text] == list(server.answer)
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    assert max(chunk.prompt_tokens for chunk in chunks) == 7
    assert max(chunk.completion_tokens for chunk in chunks) == 5
    assert not any(chunk.logprobs for chunk in chunks)


def test_asks_for_what_it_was_told_to(server: StandIn) -> None:
    model = ready(server, guardrail="gr1:7").chat_model(max_tokens=9, temperature=0.5)
    complete_text(model, ASKED, stop=["END"], top_logprobs=5)
    assert server.paths == [f"/model/{HAIKU}/converse-stream"]
    assert server.requests == [
        {
            "messages": [{"role": "user", "content": [{"text": "What is S3?"}]}],
            "system": [{"text": "Be brief."}, {"cachePoint": {"type": "default"}}],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "stopSequences": ["END"]},
            "guardrailConfig": {"guardrailIdentifier": "gr1", "guardrailVersion": "7"},
        }
    ]


@pytest.mark.parametrize(
    "model", ["anthropic.claude-opus-4-7", "global.anthropic.claude-sonnet-5-5"]
)
def test_a_model_that_takes_no_temperature_gets_none(server: StandIn, model: str) -> None:
    complete_text(ready(server, model).chat_model(max_tokens=9), ASKED)
    assert server.requests[0]["inferenceConfig"] == {"maxTokens": 9}


def test_a_request_is_signed(server: StandIn) -> None:
    complete_text(ready(server).chat_model(max_tokens=9), ASKED)
    sent = server.headers[0]
    assert sent["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
    assert "/eu-central-1/bedrock/aws4_request" in sent["Authorization"]
    assert sent["X-Amz-Security-Token"] == TOKEN


def test_an_api_key_of_bedrock_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-1")
    with standin_bedrock() as server:
        model = ready(server).chat_model(max_tokens=9)
        with pytest.raises(ModelUnavailable, match="API key is sent over https only") as caught:
            complete_text(model, ASKED)
    assert "bedrock-api-key-1" not in f"{caught.value} {model!r}"


@pytest.mark.parametrize(
    ("model", "cached"),
    [
        ("amazon.nova-lite-v1:0", True),
        ("meta.llama3-3-70b-instruct-v1:0", False),
        ("anthropic.claude-3-haiku-20240307-v1:0", False),
        ("arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/ab1cd2", False),
        (f"arn:aws:bedrock:eu-central-1:123456789012:inference-profile/{HAIKU}", True),
        ("somebody.new-model-v1:0", False),
    ],
)
def test_the_system_text_is_cached_where_the_model_can(
    server: StandIn, model: str, cached: bool
) -> None:
    whole = complete_text(ready(server, model).chat_model(max_tokens=9), ASKED)
    assert whole == TextChunk("Amazon S3 stores objects.", 7, 5, None, "stop")
    assert server.paths == [f"/model/{model}/converse-stream"]
    assert ({"cachePoint": {"type": "default"}} in server.requests[0]["system"]) is cached


def test_without_a_system_text_nothing_is_cached(server: StandIn) -> None:
    complete_text(ready(server).chat_model(max_tokens=9), ASKED[1:])
    assert not server.requests[0].get("system")


@pytest.mark.parametrize(
    ("pieces", "stops", "expected"),
    [
        (("One", " line\nAnother"), ["\n"], "One line"),
        (("\n\nOne", " line\n", "\nAnother"), ["\n\n"], "One line"),
        (("One\n", "line"), ["\n\n"], "One\nline"),
        (("One line\n",), ["\n\n"], "One line\n"),
    ],
)
def test_blank_stop_sequences_are_met_here_and_not_sent(
    server: StandIn, pieces: tuple[str, ...], stops: list[str], expected: str
) -> None:
    server.answer = pieces
    whole = complete_text(ready(server).chat_model(max_tokens=9), ASKED, stop=[*stops, "END"])
    assert (whole.text, whole.finish) == (expected, "stop")
    assert server.requests[0]["inferenceConfig"]["stopSequences"] == ["END"]


def test_a_cutter_holds_back_no_more_than_it_must() -> None:
    cutter = Cutter(["\n\n"])
    assert [cutter.feed(piece) for piece in ("a\n", "b", "\n", "\n c")] == [
        ("a", False),
        ("\nb", False),
        ("", False),
        ("", True),
    ]


@pytest.mark.parametrize(
    ("model", "room"), [("openai.gpt-oss-20b-1:0", 2 + THINKING_TOKENS), (HAIKU, 2)]
)
def test_thoughts_have_their_room_and_are_no_part_of_the_answer(
    server: StandIn, model: str, room: int
) -> None:
    server.thoughts, server.answer = ("Is it", " A? No."), ("B", ".")
    whole = complete_text(ready(server, model).chat_model(max_tokens=2), ASKED)
    assert (whole.text, whole.finish) == ("B.", "stop")
    assert server.requests[0]["inferenceConfig"]["maxTokens"] == room


def test_without_log_probabilities_the_word_is_the_verdict(server: StandIn) -> None:
    provider = ready(server)
    calls = ModelCalls(provider, threading.Event())
    for word, verdict in (("YES", 1.0), ("yes.", 1.0), ("NO", 0.0), ("", 0.0)):
        server.answer = (word,)
        assert calls.answers_question("What is S3?", Evidence(()), []) == verdict
    server.answer = ("(B", ")")
    text = complete_text(provider.chat_model(max_tokens=2), ASKED, top_logprobs=5).text
    assert letter_shares(text, None, 4) == (0.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize("mode", ["silent", "headers", "slow"])
def test_cancelling_hangs_up(server: StandIn, mode: Mode) -> None:
    model = ready(server, timeout=2 * PATIENCE).chat_model(max_tokens=9)
    server.mode = mode
    cancel, got = threading.Event(), list[str]()

    def cancel_in_the_middle() -> None:
        until(lambda: server.requests and (mode != "slow" or "".join(got) == "Amazon S3"))
        cancel.set()

    threading.Thread(target=cancel_in_the_middle).start()
    began = time.monotonic()
    got.extend(chunk.text for chunk in stream_text(model, ASKED, cancel=cancel))
    assert "".join(got) == ("Amazon S3" if mode == "slow" else "")
    assert time.monotonic() - began < PATIENCE  # the silence alone would end it after two
    assert server.hung_up.wait(PATIENCE)


def test_closing_the_stream_hangs_up(server: StandIn) -> None:
    model = ready(server, timeout=PATIENCE).chat_model(max_tokens=9)
    server.mode = "slow"
    stream = stream_text(model, ASKED)
    assert "Amazon" in (next(stream).text, next(stream).text)
    stream.close()
    assert server.hung_up.wait(PATIENCE)


def test_hanging_up_on_one_leaves_the_others(server: StandIn) -> None:
    """Connections are lent again: an ended call must not end its successor."""
    provider = ready(server)
    model = provider.chat_model(max_tokens=9)
    for _ in range(5):
        stream = stream_text(model, ASKED)
        next(stream)
        stream.close()
        assert complete_text(model, ASKED).finish == "stop"
    provider.close()
    assert provider.state().phase == "missing"
    gc.collect()


@pytest.mark.parametrize(
    ("mode", "error", "says"),
    [
        ("cut", ModelBusy, "broke off"),
        ("ends", ModelUnavailable, "broke off"),
        ("half", ModelUnavailable, "broke off"),
        ("garbled", MalformedOutput, "no answer"),
        ("text", MalformedOutput, "no answer"),
        ("shape", MalformedOutput, "no answer"),
        ("slow", ModelBusy, "silent"),
        ("headers", ModelBusy, "silent"),
        ("silent", ModelBusy, "silent"),
    ],
)
def test_a_broken_stream_gets_one_clear_line(
    server: StandIn, mode: Mode, error: type[NoteproofError], says: str
) -> None:
    limit = 0.4 if says == "silent" else PATIENCE
    model = ready(server, timeout=limit).chat_model(max_tokens=9)
    server.mode = mode
    got: list[str] = []
    with pytest.raises(error) as caught:
        got.extend(chunk.text for chunk in stream_text(model, ASKED))
    check_line(caught.value, error, says, "NOTEPROOF_")


REFUSALS = [
    (400, "ValidationException", "Invocation of model ID x with on-demand throughput isn’t "
     "supported. Retry your request with the ID or ARN of an inference profile that contains "
     "this model.", ModelUnavailable, "inference profiles only", "NOTEPROOF_BEDROCK_MODEL"),
    (400, "ValidationException", "The provided model identifier is invalid.", ModelUnavailable,
     "is not there", "NOTEPROOF_BEDROCK_MODEL"),
    (404, "ResourceNotFoundException", "Could not resolve the foundation model from the provided "
     "model identifier.", ModelUnavailable, "is not there", "NOTEPROOF_BEDROCK_REGION"),
    (404, "ResourceNotFoundException", "This model version has reached the end of its life. Please "
     "refer to the AWS documentation for more details.", ModelUnavailable, "no longer offers",
     "NOTEPROOF_BEDROCK_MODEL"),
    (404, "ResourceNotFoundException", "Model use case details have not been submitted for this "
     "account. Fill out the Anthropic use case details form before using the model.",
     ModelUnavailable, "wants a form", "Bedrock console"),
    (400, "ValidationException", "Input is too long for requested model.", ModelUnavailable,
     "longer than", "NOTEPROOF_EVIDENCE_TOKENS"),
    (400, "ValidationException", "The model returned the following errors: prompt is too long: "
     "205122 tokens > 200000 maximum", ModelUnavailable, "longer than",
     "NOTEPROOF_EVIDENCE_TOKENS"),
    (400, "ValidationException", "The guardrail identifier or version provided in the request does "
     "not exist.", ModelUnavailable, "no such guardrail", "NOTEPROOF_BEDROCK_GUARDRAIL"),
    (400, "ValidationException", "Operation not allowed", ModelUnavailable,
     "reported: Operation not allowed", "NOTEPROOF_LLM"),
    (403, "AccessDeniedException", "You don't have access to the model with the specified model "
     "ID.", ModelUnavailable, "no access to", "Bedrock console"),
    (403, "AccessDeniedException", "User: arn:aws:iam::123456789012:user/me is not authorized to "
     "perform: bedrock:InvokeModelWithResponseStream on resource: x", ModelUnavailable,
     "may not use", "bedrock:InvokeModelWithResponseStream"),
    (403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.",
     ModelUnavailable, "refused the Bedrock API key", "AWS_BEARER_TOKEN_BEDROCK"),
    (403, "AccessDeniedException", "User: x is not authorized to perform: bedrock:ApplyGuardrail",
     ModelUnavailable, "guardrail", "bedrock:ApplyGuardrail"),
    (403, "ExpiredTokenException", "The security token included in the request is expired",
     ModelUnavailable, "have expired", "aws sso login"),
    (403, "UnrecognizedClientException", "The security token included in the request is invalid.",
     ModelUnavailable, "does not know", "aws sts get-caller-identity"),
    (403, "InvalidClientTokenId", "The security token included in the request is invalid",
     ModelUnavailable, "does not know", "aws sts get-caller-identity"),
    (403, "InvalidSignatureException", "Signature expired: 20261122T200000Z is now earlier than "
     "20261122T215500Z (20261122T220000Z - 5 min.)", ModelUnavailable, "clock", "network time"),
    (403, "InvalidSignatureException", "Signature not yet current: 20261122T230000Z is still later "
     "than 20261122T220500Z", ModelUnavailable, "clock", "network time"),
    (403, "InvalidSignatureException", "The request signature we calculated does not match the "
     "signature you provided. The Canonical String for this request should have been\n'POST\n"
     f"x-amz-security-token:{TOKEN}'", ModelUnavailable, "secret key", "aws configure"),
    (429, "ThrottlingException", "Too many requests, please wait before trying again.", ModelBusy,
     "wants a pause", "ask again"),
    (429, "ThrottlingException", "Too many tokens per day, please wait before trying again.",
     ModelUnavailable, "of today", "tomorrow"),
    (400, "ServiceQuotaExceededException", "Your request exceeds the service quota.",
     ModelUnavailable, "quota", "Service Quotas"),
    (429, "ModelNotReadyException", "Model is not ready for inference.", ModelBusy, "not ready",
     "ask again"),
    (424, "ModelErrorException", "The system encountered an unexpected error.", ModelBusy, "failed",
     "Ask again"),
    (408, "ModelTimeoutException", "Model has timed out.", ModelBusy, "silent", "Ask again"),
    (500, "InternalServerException", "The system encountered an unexpected error.", ModelBusy,
     "at this moment", "ask again"),
    (503, "ServiceUnavailableException", "Too many connections, please wait before trying again.",
     ModelBusy, "at this moment", "ask again"),
    (502, "", "Bad Gateway", ModelBusy, "HTTP 502", "ask again"),
    (400, "", f"bad header Credential={KEY}/x, Signature=abc", ModelUnavailable, "reported",
     "NOTEPROOF_LLM"),
]  # fmt: skip


def check_line(
    error: NoteproofError, kind: type[NoteproofError], says: str, next_step: str
) -> None:
    message = str(error)
    assert type(error) is kind, message
    assert says in message
    assert next_step in message
    assert "\n" not in message
    assert "  " not in message
    assert "{" not in message
    assert not any(hidden in message for hidden in (KEY, SECRET, TOKEN, "AWS4-HMAC"))


@pytest.mark.parametrize(("status", "kind", "message", "error", "says", "next_step"), REFUSALS)
def test_a_refusal_gets_one_clear_line(
    server: StandIn,
    status: int,
    kind: str,
    message: str,
    error: type[NoteproofError],
    says: str,
    next_step: str,
) -> None:
    model = ready(server).chat_model(max_tokens=9)
    server.refusal = (status, kind, message)
    with pytest.raises(NoteproofError) as caught:
        complete_text(model, ASKED)
    check_line(caught.value, error, says, next_step)
    assert len(server.requests) == 1  # who asks decides whether to ask again


@pytest.mark.parametrize(
    ("kind", "message", "error", "says"),
    [
        ("throttlingException", "Too many requests", ModelBusy, "wants a pause"),
        ("modelStreamErrorException", "It fell over", ModelBusy, "failed in mid-work"),
        ("internalServerException", "Oh", ModelBusy, "at this moment"),
        ("serviceUnavailableException", "Oh", ModelBusy, "at this moment"),
        ("validationException", "Input is too long", ModelUnavailable, "longer than"),
    ],
)
def test_an_error_inside_the_stream(
    server: StandIn, kind: str, message: str, error: type[NoteproofError], says: str
) -> None:
    model = ready(server).chat_model(max_tokens=9)
    server.mode, server.exception = "exception", (kind, message)
    got: list[str] = []

    def read() -> None:
        for chunk in stream_text(model, ASKED):
            got.append(chunk.text)

    with pytest.raises(NoteproofError) as caught:
        read()
    check_line(caught.value, error, says, "")
    assert "".join(got) == "Amazon S3"


@pytest.mark.parametrize(
    ("reason", "error", "says", "next_step"),
    [
        ("guardrail_intervened", ModelUnavailable, "guardrail", "NOTEPROOF_BEDROCK_GUARDRAIL"),
        ("content_filtered", ModelUnavailable, "filter", "in other words"),
        ("model_context_window_exceeded", ModelUnavailable, "longer", "NOTEPROOF_EVIDENCE_TOKENS"),
        ("malformed_model_output", MalformedOutput, "no answer", "Ask again"),
    ],
)
def test_an_end_that_is_no_answer(
    server: StandIn, reason: str, error: type[NoteproofError], says: str, next_step: str
) -> None:
    server.stop_reason = reason
    with pytest.raises(NoteproofError) as caught:
        complete_text(ready(server).chat_model(max_tokens=9), ASKED)
    check_line(caught.value, error, says, next_step)


def test_an_answer_out_of_tokens_says_so(server: StandIn) -> None:
    server.stop_reason = "max_tokens"
    assert complete_text(ready(server).chat_model(max_tokens=9), ASKED).finish == "length"


def test_nothing_answers(signed_in: None) -> None:
    with standin_bedrock() as server:
        model = ready(server).chat_model(max_tokens=9)
    with pytest.raises(NoteproofError) as caught:
        complete_text(model, ASKED)
    check_line(caught.value, ModelUnavailable, "Nothing answers", "NOTEPROOF_BEDROCK_REGION")


def test_a_certificate_that_cannot_be_verified(server: StandIn) -> None:
    access = BedrockAccess(
        HAIKU, region="eu-central-1", endpoint_url=server.url.replace("http:", "https:")
    )
    provider = BedrockProvider(access)
    provider.start()
    assert provider.wait(60).phase == "ready"
    with pytest.raises(NoteproofError) as caught:
        complete_text(provider.chat_model(max_tokens=9), ASKED)
    check_line(caught.value, ModelUnavailable, "certificate", "AWS_CA_BUNDLE")


def test_a_proxy_that_lets_nothing_through(
    signed_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standin_bedrock() as server:
        dead = server.url
    monkeypatch.setenv("https_proxy", dead)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    provider = BedrockProvider(BedrockAccess(HAIKU, region="eu-central-1"))
    provider.start()
    assert provider.wait(60).phase == "ready"
    with pytest.raises(NoteproofError) as caught:
        complete_text(provider.chat_model(max_tokens=9), ASKED)
    check_line(caught.value, ModelUnavailable, "proxy", "HTTPS_PROXY")


def test_a_proxy_of_the_environment_does_not_see_the_loopback(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert complete_text(ready(server).chat_model(max_tokens=9), ASKED).finish == "stop"


def test_what_the_loopback_cannot_do_has_its_line_too() -> None:
    from botocore import exceptions as aws

    url = "https://bedrock-runtime.eu-central-1.amazonaws.com/model/x"
    cases: list[tuple[Exception, type[NoteproofError], str]] = [
        (aws.ConnectTimeoutError(endpoint_url=url), ModelBusy, "in time"),
        (aws.SSOTokenLoadError(error_msg="x"), ModelUnavailable, "aws sso login"),
        (aws.UnauthorizedSSOTokenError(), ModelUnavailable, "aws sso login"),
        (aws.TokenRetrievalError(provider="sso", error_msg="x"), ModelUnavailable, "aws sso"),
        (
            aws.CredentialRetrievalError(provider="custom-process", error_msg=f"got {SECRET}"),
            ModelUnavailable,
            "aws sts get-caller-identity",
        ),
        (aws.PartialCredentialsError(provider="x", cred_var="y"), ModelUnavailable, "incomplete"),
        (aws.NoRegionError(), ModelUnavailable, "NOTEPROOF_BEDROCK_REGION"),
        (aws.ParamValidationError(report="x\ny"), ModelUnavailable, "NOTEPROOF_BEDROCK_MODEL"),
    ]
    for raised, kind, says in cases:
        told = explain_aws(raised, LABEL, "Do this.")
        assert told is not None
        check_line(told, kind, says, "")
    assert explain_aws(ValueError("x"), LABEL, "") is None


@pytest.mark.parametrize(
    ("access", "says"),
    [
        (BedrockAccess("", region="eu-central-1"), "NOTEPROOF_BEDROCK_MODEL is empty"),
        (BedrockAccess(HAIKU), "No AWS region"),
        (BedrockAccess(HAIKU, region="no such!"), "NOTEPROOF_BEDROCK_REGION"),
        (BedrockAccess(HAIKU, region="eu-central-1", profile="nobody"), "list-profiles"),
        (
            BedrockAccess(HAIKU, region="eu-central-1", endpoint_url="nonsense"),
            "NOTEPROOF_BEDROCK_ENDPOINT_URL=nonsense is no address",
        ),
        (BedrockAccess(HAIKU, region="eu-central-1", endpoint_url="http://[::1"), "is no address"),
    ],
)
@pytest.mark.usefixtures("signed_in")
def test_what_is_set_wrongly_is_named(access: BedrockAccess, says: str) -> None:
    assert says in failed(access)


def test_without_credentials_it_says_where_they_come_from() -> None:
    assert "aws configure" in failed(BedrockAccess(HAIKU, region="eu-central-1"))


def test_credentials_that_lack_a_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    said = failed(BedrockAccess(HAIKU, region="eu-central-1"))
    assert "incomplete" in said
    assert KEY not in said


def test_a_sign_in_that_has_ended(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile me]\nsso_session=s\nsso_account_id=123456789012\nsso_role_name=r\n"
        "region=eu-central-1\n[sso-session s]\nsso_region=eu-central-1\n"
        "sso_start_url=https://x.awsapps.com/start\n"
    )
    assert "aws sso login" in failed(BedrockAccess(HAIKU, profile="me"))


def test_a_profile_gives_region_and_credentials(server: StandIn, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile other]\nregion=us-west-2\naws_access_key_id=AKIAOTHER\n"
        f"aws_secret_access_key={SECRET}\n"
    )
    provider = BedrockProvider(BedrockAccess(HAIKU, profile="other", endpoint_url=server.url))
    provider.start()
    assert provider.wait(60).detail == "anthropic.claude-3-5-haiku (Bedrock, us-west-2)"
    complete_text(provider.chat_model(max_tokens=9), ASKED)
    assert "Credential=AKIAOTHER/" in server.headers[0]["Authorization"]


def test_credentials_are_never_told(server: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider = ready(server)
    model = provider.chat_model(max_tokens=9)
    complete_text(model, ASKED)
    server.refusal = (403, "UnrecognizedClientException", "invalid")
    with pytest.raises(ModelUnavailable) as caught:
        complete_text(model, ASKED)
    told = f"{caplog.text} {provider!r} {provider.state()!r} {model!r} {caught.value!r}"
    for hidden in (KEY, SECRET, TOKEN, "AWS4-HMAC", "Signature="):
        assert hidden not in told


def test_before_the_start_it_says_to_wait() -> None:
    provider = BedrockProvider(BedrockAccess(HAIKU, region="eu-central-1"))
    assert provider.label == LABEL
    assert provider.state().phase == "missing"
    with pytest.raises(ModelUnavailable, match="wait a little"):
        provider.chat_model(max_tokens=1)
    provider.close()


def test_a_failed_provider_can_be_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = BedrockProvider(BedrockAccess(HAIKU, region="eu-central-1"))
    provider.start()
    assert provider.wait(60).phase == "failed"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    provider.start()
    assert provider.wait(60).phase == "ready"


def test_settings_choose_it() -> None:
    rung = make_rung(
        load_settings(llm="bedrock", bedrock_model=HAIKU, bedrock_region="eu-central-1")
    )
    assert rung.label == LABEL


@pytest.mark.parametrize("guardrail", ["", "gr1:7", "gr1:DRAFT", "arn:aws:bedrock:x:1:g/a:2"])
def test_a_guardrail_has_a_version(guardrail: str) -> None:
    assert load_settings(bedrock_guardrail=guardrail).bedrock_guardrail == guardrail


def test_a_guardrail_without_a_version_is_refused() -> None:
    with pytest.raises(ConfigError, match="NOTEPROOF_BEDROCK_GUARDRAIL"):
        load_settings(bedrock_guardrail="gr1")


@pytest.mark.parametrize(
    ("model", "plain", "short", "made_by", "cached"),
    [
        (HAIKU, HAIKU[3:], "anthropic.claude-3-5-haiku", "anthropic", True),
        ("global.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6",
         "anthropic.claude-sonnet-4-6", "anthropic", True),
        ("amazon.nova-pro-v1:0:300k", "amazon.nova-pro-v1:0:300k", "amazon.nova-pro", "amazon",
         True),
        ("anthropic.claude-v2:1", "anthropic.claude-v2:1", "anthropic.claude", "anthropic", False),
        ("us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0",
         "anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-5-sonnet", "anthropic",
         False),
        ("arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0",
         "meta.llama3-1-8b-instruct-v1:0", "meta.llama3-1-8b-instruct", "meta", False),
        ("arn:aws:bedrock:us-east-1:1:provisioned-model/x7y8", "x7y8", "x7y8", "unknown", False),
    ],
)  # fmt: skip
def test_what_an_id_tells(model: str, plain: str, short: str, made_by: str, cached: bool) -> None:
    assert (plain_id(model), short_name(model), vendor(model)) == (plain, short, made_by)
    assert bedrock_traits(model).caches_system is cached


def test_other_models_do_not_import_it() -> None:
    code = """
import sys
from core.settings import Settings
from providers import make_provider
import providers.bedrock, providers.streaming
make_provider(Settings(llm="embedded"))
providers.streaming.failure_classes()
print([name for name in ("boto3", "botocore", "langchain_aws") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

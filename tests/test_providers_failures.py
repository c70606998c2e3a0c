"""What servers refuse and how they cannot be reached, as the wire gives it, in one line each."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from core.errors import ModelBusy, ModelUnavailable, NoteproofError
from core.settings import load_settings
from providers import client
from providers.bedrock import BedrockAccess, BedrockProvider
from providers.client import Endpoint, certificates, open_chat
from providers.listing import list_models
from providers.probe import wrong_setting
from providers.streaming import complete_text
from tests.clock import PATIENCE
from tests.standin_bedrock import standin_bedrock
from tests.standin_openai import StandIn, standin_openai

ASKED = [HumanMessage("What is S3?")]
KEY = "sk-secret-0123456789"
LABEL = "small (the server)"


def one_line(error: NoteproofError, kind: type[NoteproofError], *parts: str) -> None:
    message = str(error)
    assert type(error) is kind, message
    assert [part for part in parts if part not in message] == [], message
    assert message.endswith(".")
    for bad in ("\n", "  ", "..", ". .", "{", "<", KEY):
        assert bad not in message, message


def answer_of(url: str, *, timeout: float = PATIENCE) -> str:
    """What a model behind the address says."""
    endpoint = Endpoint(url, KEY, "small", LABEL, "Set NOTEPROOF_LLM=none.", timeout)
    return complete_text(open_chat(endpoint, max_tokens=9, temperature=0), ASKED).text


def refusal_of(server: StandIn) -> NoteproofError:
    with pytest.raises(NoteproofError) as caught:
        answer_of(server.base_url)
    return caught.value


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


def told(message: str, code: str | int | None = None, kind: str = "invalid_request_error") -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>"
REFUSALS: list[tuple[int, str, type[NoteproofError], str, str]] = [
    (401, told(f"Incorrect API key provided: {KEY}.", "invalid_api_key"), ModelUnavailable,
     "refused the key", "NOTEPROOF_OPENAI_API_KEY"),
    (401, PAGE, ModelUnavailable, "refused the key", "NOTEPROOF_OPENAI_API_KEY"),
    (400, told("API key not valid. Please pass a valid API key.", 400), ModelUnavailable,
     "refused the key", "NOTEPROOF_OPENAI_API_KEY"),
    (403, told("Project `p` does not have access to model `gpt-9`", "model_not_found"),
     ModelUnavailable, "may not use", "NOTEPROOF_OPENAI_MODEL"),
    (404, told("The model `gpt-9` does not exist or you do not have access to it.",
     "model_not_found"), ModelUnavailable, "is not there", "NOTEPROOF_OPENAI_MODEL"),
    (404, '{"error": "model \\"x\\" not found, try pulling it first"}', ModelUnavailable,
     "is not there", "NOTEPROOF_OPENAI_MODEL"),
    (429, told("Rate limit reached for gpt-9 on requests per min (RPM): Limit 3, Used 3.",
     "rate_limit_exceeded", "requests"), ModelBusy, "wants a pause", "ask again"),
    (429, told("You exceeded your current quota, please check your plan and billing details.",
     "insufficient_quota", "insufficient_quota"), ModelUnavailable, "no quota or credit left",
     "NOTEPROOF_LLM=embedded"),
    (429, told("Request too large for gpt-9 on tokens per min (TPM): Limit 10000, Requested 12000.",
     "rate_limit_exceeded", "tokens"), ModelUnavailable, "longer than",
     "NOTEPROOF_EVIDENCE_TOKENS"),
    (402, told("Insufficient credits. Add more.", 402), ModelUnavailable, "no quota or credit left",
     "billing"),
    (402, told("Payment Required"), ModelUnavailable, "wants to be paid", "billing"),
    (400, told("This model's maximum context length is 8192 tokens. However, you requested 9000.",
     "context_length_exceeded"), ModelUnavailable, "longer than", "NOTEPROOF_EVIDENCE_TOKENS"),
    (400, told("the request exceeds the available context size, try increasing it", 400,
     "exceed_context_size_error"), ModelUnavailable, "longer than", "NOTEPROOF_EVIDENCE_TOKENS"),
    (413, PAGE, ModelUnavailable, "longer than", "NOTEPROOF_EVIDENCE_TOKENS"),
    (413, told("Request Entity Too Large"), ModelUnavailable, "longer than",
     "NOTEPROOF_EVIDENCE_TOKENS"),
    (400, told("The response was filtered due to the prompt triggering our content management "
     "policy.", "content_filter"), ModelUnavailable, "filter", "in other words"),
    (400, told("Unsupported parameter: 'max_tokens'.", "unsupported_parameter"), ModelUnavailable,
     "reported: Unsupported parameter: 'max_tokens'.", "NOTEPROOF_LLM"),
    (400, PAGE, ModelUnavailable, "reported: HTTP 400", "NOTEPROOF_LLM"),
    (400, "", ModelUnavailable, "reported: ", "NOTEPROOF_LLM"),
    (408, told("Request timed out"), ModelBusy, "HTTP 408", "NOTEPROOF_LLM"),
    (500, told("The server had an error", None, "server_error"), ModelBusy, "HTTP 500",
     "NOTEPROOF_LLM"),
    (500, PAGE, ModelBusy, "HTTP 500", "NOTEPROOF_LLM"),
    (502, PAGE, ModelBusy, "HTTP 502", "NOTEPROOF_LLM"),
    (503, PAGE, ModelBusy, "HTTP 503", "NOTEPROOF_LLM"),
    (503, told("Loading model", 503, "unavailable_error"), ModelBusy, "still loading", "ask again"),
    (504, "", ModelBusy, "HTTP 504", "NOTEPROOF_LLM"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "says", "next_step"), REFUSALS)
def test_a_refusal_of_an_openai_compatible_server(
    server: StandIn,
    status: int,
    body: str,
    kind: type[NoteproofError],
    says: str,
    next_step: str,
) -> None:
    server.refusal = (status, body)
    one_line(refusal_of(server), kind, LABEL, says, next_step)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("event", "kind", "says"),
    [
        (told("Rate limit exceeded", 429), ModelBusy, "wants a pause"),
        (told("maximum context length is 8192 tokens", 400, "BadRequestError"), ModelUnavailable,
         "longer than"),
        (told("Provider returned error", 502), ModelBusy, "HTTP 502"),
        (told(f"{KEY} fell out."), ModelUnavailable, "reported: *** fell out. Set"),
    ],
)  # fmt: skip
def test_an_error_inside_a_stream(
    server: StandIn, event: str, kind: type[NoteproofError], says: str
) -> None:
    server.mode, server.surprise = "shape", event
    one_line(refusal_of(server), kind, LABEL, says)


def test_an_answer_that_a_filter_ends(server: StandIn) -> None:
    chunk = {"id": "1", "choices": [{"delta": {}, "index": 0, "finish_reason": "content_filter"}]}
    server.mode, server.surprise = "shape", json.dumps(chunk) + "\n\ndata: [DONE]"
    one_line(refusal_of(server), ModelUnavailable, LABEL, "filter", "in other words")


def self_signed(folder: Path) -> Path:
    """A key and a certificate of 127.0.0.1 that nobody vouches for, in one file."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[StandIn]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with standin_openai(tls=tls) as standin:
        yield standin


@pytest.fixture
def _fresh_certificates() -> Iterator[None]:
    certificates.cache_clear()
    yield
    certificates.cache_clear()


def failures(url: str, *, timeout: float = PATIENCE) -> list[NoteproofError]:
    """Of a question, and of the list of models."""
    caught: list[NoteproofError] = []
    for ask in (answer_of, lambda url, timeout: list_models(url, KEY, timeout=timeout)):
        try:
            ask(url, timeout=timeout)
        except NoteproofError as error:
            caught.append(error)
    assert len(caught) == 2
    return caught


def test_a_certificate_that_nobody_vouches_for(encrypted: StandIn) -> None:
    for error in failures(encrypted.base_url):
        one_line(error, ModelUnavailable, "certificate", "cannot be verified", "SSL_CERT_FILE")


@pytest.mark.usefixtures("_fresh_certificates")
def test_the_remedy_for_a_certificate_works(
    encrypted: StandIn, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert list_models(encrypted.base_url, KEY) == ("small", "large")
    assert answer_of(encrypted.base_url) == "Amazon S3 stores objects."


@pytest.mark.usefixtures("_fresh_certificates")
@pytest.mark.parametrize("content", [None, "nonsense"])
def test_certificates_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    for error in failures("https://127.0.0.1:9/v1"):
        one_line(error, ModelUnavailable, "SSL_CERT_FILE", "cannot be read")


def test_https_to_a_plain_server(server: StandIn) -> None:
    for error in failures(server.base_url.replace("http:", "https:")):
        one_line(error, ModelUnavailable, "does not speak https", "http://")


def test_nothing_listens() -> None:
    with standin_openai() as server:
        url = server.base_url
    asked, listed = failures(url)
    one_line(asked, ModelUnavailable, "cannot be reached", "NOTEPROOF_LLM")
    one_line(listed, ModelUnavailable, f"Nothing answers at {url}", "NOTEPROOF_OPENAI_BASE_URL")


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    for error in failures("http://no-such-host.invalid/v1"):
        one_line(error, ModelUnavailable, "no server of the name", "NOTEPROOF_OPENAI_BASE_URL")


def test_a_proxy_that_lets_nothing_through(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
    for error in failures("https://models.invalid/v1"):
        one_line(error, ModelUnavailable, "proxy", "HTTPS_PROXY")


@pytest.fixture
def full() -> Iterator[str]:
    """An address that takes no more connections, and refuses none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        place = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(place)
        yield f"http://127.0.0.1:{place[1]}/v1"
        for each in waiting:
            each.close()


def test_a_connection_that_takes_too_long(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.3)
    for error in failures(full, timeout=0.3):
        one_line(error, ModelUnavailable, "cannot be reached in time", "network")


def test_a_server_that_takes_connections_and_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        asked, listed = failures(url, timeout=0.3)
    one_line(asked, ModelUnavailable, "silent for too long", "NOTEPROOF_MODEL_TIMEOUT")
    one_line(listed, ModelUnavailable, "silent for too long", "start it again")


@pytest.mark.parametrize(
    ("mode", "kind", "says"),
    [("429", ModelBusy, "HTTP 429"), ("500", ModelBusy, "HTTP 500")],
)
def test_a_list_that_cannot_be_had_now(
    server: StandIn, mode: Any, kind: type[NoteproofError], says: str
) -> None:
    server.mode, server.refusal_headers = mode, {"Retry-After": "20"}
    with pytest.raises(NoteproofError) as caught:
        list_models(server.base_url, KEY)
    one_line(caught.value, kind, says, "It asks to wait 20 s: wait that long and ask again")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"llm": "openai", "openai_base_url": "nonsense"}, "=nonsense is no address. It looks"),
        ({"llm": "openai", "openai_base_url": f"me:{KEY}@x/v1"}, "=*** is no address. It looks"),
        ({"llm": "openai", "openai_api_key": "schlüssel"}, "NOTEPROOF_OPENAI_API_KEY"),
        ({"llm": "bedrock"}, "NOTEPROOF_BEDROCK_MODEL is empty. Set it to"),
    ],
)
def test_what_is_set_wrongly_is_told_without_asking_anyone(
    settings: dict[str, str], says: str
) -> None:
    told = wrong_setting(load_settings(**settings))
    one_line(ModelUnavailable(told), ModelUnavailable, says)


@pytest.mark.parametrize(
    "settings",
    [{}, {"llm": "none"}, {"llm": "openai"}, {"llm": "bedrock", "bedrock_model": "amazon.x"}],
)
def test_what_may_be_right_is_not_complained_of(settings: dict[str, str]) -> None:
    assert wrong_setting(load_settings(**settings)) == ""


BEDROCK: list[tuple[int, str, str, type[NoteproofError], str, str]] = [
    (429, "ThrottlingException", "Too many tokens, please wait before trying again.", ModelBusy,
     "wants a pause", "ask again"),
    (429, "ThrottlingException", "Your request rate is too high. Reduce the frequency.", ModelBusy,
     "wants a pause", "ask again"),
    (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is "
     "too large.", ModelUnavailable, "clock", "network time"),
    (403, "RequestExpired", "Request has expired.", ModelUnavailable, "expired", "aws sso login"),
    (403, "ExpiredToken", "The provided token has expired.", ModelUnavailable, "expired",
     "aws sso login"),
    (403, "InvalidSignatureException", "Credential should be scoped to a valid region, not "
     "'us-east-1'.", ModelUnavailable, "do not belong together", "NOTEPROOF_BEDROCK_REGION"),
    (403, "UnrecognizedClientException", "The security token included in the request is invalid.",
     ModelUnavailable, "does not know", "NOTEPROOF_BEDROCK_REGION"),
    (404, "UnknownOperationException", "", ModelUnavailable, "region",
     "NOTEPROOF_BEDROCK_REGION"),
    (403, "AccessDeniedException", "Model access is denied due to INVALID_PAYMENT_INSTRUMENT: A "
     "valid payment instrument must be provided. Your AWS Marketplace subscription for this model "
     "cannot be completed at this time.", ModelUnavailable, "no access to", "Bedrock console"),
    (403, "AccessDeniedException", "User: arn:aws:iam::1:user/me is not authorized to perform: "
     "bedrock:InvokeModelWithResponseStream on resource: x with an explicit deny in a service "
     "control policy", ModelUnavailable, "may not use", "bedrock:InvokeModelWithResponseStream"),
    (400, "ValidationException", "The model returned the following errors: Too many input tokens. "
     "Max input tokens: 8192, request input token count: 9000", ModelUnavailable, "longer than",
     "NOTEPROOF_EVIDENCE_TOKENS"),
    (502, "", PAGE, ModelBusy, "HTTP 502", "ask again"),
    (503, "", PAGE, ModelBusy, "HTTP 503", "ask again"),
    (403, "", PAGE, ModelUnavailable, "", "NOTEPROOF_LLM"),
]  # fmt: skip


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secretSECRETsecretSECRET")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    with standin_bedrock() as standin:
        yield standin


def asked_of_bedrock(url: str) -> NoteproofError:
    access = BedrockAccess("eu.amazon.nova-lite-v1:0", region="eu-central-1", endpoint_url=url)
    provider = BedrockProvider(access)
    provider.start()
    assert provider.wait(60).phase == "ready"
    with pytest.raises(NoteproofError) as caught:
        complete_text(provider.chat_model(max_tokens=9), ASKED)
    return caught.value


@pytest.mark.parametrize(("status", "code", "message", "kind", "says", "next_step"), BEDROCK)
def test_a_refusal_of_bedrock(
    bedrock: Any,
    status: int,
    code: str,
    message: str,
    kind: type[NoteproofError],
    says: str,
    next_step: str,
) -> None:
    bedrock.refusal = (status, code, message)
    one_line(asked_of_bedrock(bedrock.url), kind, says, next_step)


@pytest.mark.usefixtures("bedrock")
def test_a_region_whose_name_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    error = asked_of_bedrock("http://bedrock-runtime.eu-nowhere-1.invalid")
    one_line(error, ModelUnavailable, "Nothing answers", "NOTEPROOF_BEDROCK_REGION")


def test_bedrock_without_a_model_fails_without_asking_anyone() -> None:
    provider = BedrockProvider(BedrockAccess(""))
    provider.start()
    assert provider.wait(PATIENCE).phase == "failed"
    assert provider.state().detail.startswith("NOTEPROOF_BEDROCK_MODEL is empty. Set it to")

"""What the Settings tab does: over the program's own services, with servers on the loopback."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from app import Services, build, cli
from core.settings import Settings
from providers.model_files import QWEN
from providers.probe import Address, Server
from tests.clock import PATIENCE
from tests.fakes import FakeEmbedder
from tests.standin_bedrock import standin_bedrock
from tests.standin_openai import StandIn, standin_openai
from tests.standin_sts import ARN, standin_sts
from ui.desk import Desk, Seats
from ui.render_settings import form_html
from ui.settings_handlers import NO_KEY, View, act, read_choice, saved
from ui.settings_tab import _is_here

KEY = "sk-settingsSETTINGSsettings"


@dataclass
class Tab:
    """One browser tab: the form and the desk of its session, and every step they took."""

    seats: Seats
    view: View | None
    desk: Desk

    def do(self, what: str, **typed: str) -> list[View]:
        draft = (self.view or View(self.desk.choice)).draft
        action = {"do": what, "llm": draft.llm, **typed}
        steps = list(act(self.seats, self.view, self.desk, action, look=self.look))
        assert steps
        for view, desk in steps:
            assert "\n" not in view.error + view.message + view.busy
            assert KEY not in form_html(view) + repr(view) + repr(desk)
        self.view, self.desk = steps[-1]
        return [view for view, _ in steps]

    def look(self, named: Address) -> tuple[Server, ...]:
        self.looked = named
        return (Server("Ollama", "http://127.0.0.1:11434/v1", ("small",)),)

    @property
    def key(self) -> str:
        assert self.view is not None
        return self.view.draft.openai_api_key.get_secret_value()


@pytest.fixture
def services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Services]:
    """The program with no model set, its `.env` in a folder of its own."""
    caplog.set_level(logging.DEBUG)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    for name, value in {
        "NOTEPROOF_LLM": "none",
        "NOTEPROOF_HOME": str(tmp_path / "home"),
        "NOTEPROOF_MODELS": str(tmp_path / "models"),
        "NOTEPROOF_MODEL_URL": "http://127.0.0.1:9/none",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("retrieval.embedder.SentenceEmbedder", lambda name: FakeEmbedder())
    built = build([tmp_path])
    yield built
    built.close()
    assert KEY not in caplog.text


@pytest.fixture
def tab(services: Services) -> Tab:
    seats = Seats(services.settings, services.desk, services.desks)
    return Tab(seats, None, seats.sit())


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin_openai() as standin:
        yield standin


def served(server: StandIn, key: str = KEY) -> dict[str, str]:
    return {"llm": "openai", "openai_base_url": server.base_url, "openai_api_key": key}


def test_a_trial_says_a_word_and_changes_nothing(tab: Tab, server: StandIn) -> None:
    before = tab.desk
    busy, tried = tab.do("test", **served(server))
    assert busy.busy == "Asking the server for a word"
    assert tried.trial is not None
    assert tried.trial.text == "Amazon S3 stores objects."
    assert (tried.busy, tried.error) == ("", "")
    assert tab.desk is before
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert [(row.model, row.calls) for row in tab.desk.ledger.spent()] == [("small", 1)]


def test_each_drawing_is_another_one(tab: Tab, server: StandIn) -> None:
    steps = [view.step for view in tab.do("use", llm="none") + tab.do("use", llm="none")]
    assert len(set(steps)) == len(steps)


def test_use_moves_this_session_only(tab: Tab, server: StandIn) -> None:
    other = Tab(tab.seats, None, tab.seats.sit())
    (view,) = tab.do("use", **served(server))
    assert view.message.startswith("Your next question goes to ")
    assert tab.desk.model.wait(PATIENCE).phase == "ready"
    assert tab.desk.model.label == f"small ({server.base_url})"
    assert tab.desk.ledger is not other.desk.ledger
    assert other.desk.model.label == "extractive"
    assert tab.seats.sit().choice.llm == "none"
    assert not Path(".env").exists()


def test_moving_keeps_the_ledger_of_the_session(tab: Tab, server: StandIn) -> None:
    ledger = tab.desk.ledger
    tab.do("test", **served(server))
    tab.do("use", llm="none")
    assert tab.desk.ledger is ledger
    assert ledger.spent()[0].calls == 1


def test_save_keeps_it_for_new_sessions_and_the_next_start(
    tab: Tab, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    (view,) = tab.do("save", **served(server), openai_model="large")
    path = Path(".env").resolve()
    assert f"it is kept in {path}." in view.message
    assert "But NOTEPROOF_LLM is set outside of it too" in view.message
    assert path.stat().st_mode & 0o777 == 0o600
    sat = tab.seats.sit()
    assert (sat.choice.llm, sat.choice.openai_model) == ("openai", "large")
    assert sat.model.rungs[0] is tab.desk.model.rungs[0]
    monkeypatch.delenv("NOTEPROOF_LLM")
    again = Settings()
    assert (again.llm, again.openai_model) == ("openai", "large")
    assert again.openai_api_key.get_secret_value() == KEY
    (view,) = tab.do("save", llm="none")
    assert "set outside" not in view.message


def test_save_writes_the_variables_of_its_own_rung(tab: Tab) -> None:
    choice = replace(tab.desk.choice, llm="bedrock", bedrock_model="some.model")
    assert saved(choice) == {
        "NOTEPROOF_LLM": "bedrock",
        "NOTEPROOF_BEDROCK_MODEL": "some.model",
        "NOTEPROOF_BEDROCK_REGION": "",
        "NOTEPROOF_BEDROCK_PROFILE": "",
        "NOTEPROOF_BEDROCK_ENDPOINT_URL": "",
        "NOTEPROOF_BEDROCK_GUARDRAIL": "",
    }
    assert saved(replace(choice, llm="none")) == {"NOTEPROOF_LLM": "none"}


def test_what_cannot_be_saved_is_not_used_either(
    tab: Tab, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tab.desk
    Path(".env.new").mkdir()
    (view,) = tab.do("save", **served(server))
    assert "cannot be written" in view.error
    assert tab.desk is before
    assert tab.seats.sit().choice.llm == "none"
    assert server.paths == []  # not started
    assert tab.key == KEY  # typed once is enough


@pytest.mark.parametrize("what", ["test", "use", "save"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"llm": "bedrock", "bedrock_guardrail": "gr-1"}, "NOTEPROOF_BEDROCK_GUARDRAIL='gr-1'"),
        ({"llm": "<b>"}, "NOTEPROOF_LLM='<b>'"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_and_stays_in_the_form(
    tab: Tab, what: str, typed: dict[str, str], said: str
) -> None:
    before = tab.desk
    (view,) = tab.do(what, bedrock_model="some.model", **typed)
    assert said in view.error
    assert tab.desk is before
    assert not Path(".env").exists()
    assert view.draft.llm == typed["llm"]
    assert view.draft.bedrock_model == "some.model"
    assert view.draft.bedrock_guardrail == typed.get("bedrock_guardrail", "")


def test_a_mistake_in_fields_that_are_not_shown_is_no_obstacle(tab: Tab) -> None:
    tab.do("use", llm="bedrock", bedrock_guardrail="gr-1")
    (view,) = tab.do("use", llm="none", bedrock_guardrail="gr-1")
    assert (view.error, tab.desk.choice.llm) == ("", "none")


def test_an_empty_key_keeps_the_one_there_was(tab: Tab, server: StandIn) -> None:
    tab.do("test", **served(server))
    tab.do("use", **served(server, key=""))
    assert tab.key == KEY
    tab.desk.model.wait(PATIENCE)
    assert set(server.keys) == {f"Bearer {KEY}"}
    tab.do("use", **served(server, key="sk-another"))
    assert tab.key == "sk-another"


@pytest.mark.parametrize("what", ["test", "use", "save", "look"])
def test_a_kept_key_never_goes_to_another_server(tab: Tab, server: StandIn, what: str) -> None:
    tab.do("use", **served(server))
    tab.desk.model.wait(PATIENCE)
    with standin_openai() as other:
        tab.do(what, **served(other, key=""))
        tab.desk.model.wait(PATIENCE)
        assert tab.key == NO_KEY.get_secret_value()
        if what == "look":
            assert tab.looked == Address("The address above", other.base_url, "none")
        else:
            assert other.keys
        assert not any(KEY in key for key in other.keys)
    if what == "save":
        assert KEY not in Path(".env").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://host:8443/v1", True),
        ("https://host:8443/v1/", True),
        ("https://HOST:8443/other/v1", True),
        ("", True),
        ("http://host:8443/v1", False),
        ("https://host/v1", False),
        ("https://host:8443@evil/v1", False),
        ("https://host:8443.evil/v1", False),
        ("https://evil/v1#https://host:8443/v1", False),
        ("https://evil\\@host:8443/v1", True),
        ("host:8443", False),
        ("*", False),
    ],
)
def test_which_addresses_keep_a_key(tab: Tab, address: str, kept: bool) -> None:
    had = replace(
        tab.desk.choice, openai_base_url="https://host:8443/v1", openai_api_key=SecretStr(KEY)
    )
    read = read_choice(had, {"openai_base_url": address, "openai_api_key": ""})
    assert (read.openai_api_key.get_secret_value() == KEY) is kept


def test_a_password_in_an_address_is_kept_hidden_and_goes_nowhere_else(tab: Tab) -> None:
    address = "https://me:hidden@host/v1?token=hidden"
    tab.do("look", llm="openai", openai_base_url=address, openai_api_key=KEY)
    shown = form_html(tab.view)
    assert "hidden" not in shown
    assert "https://host/v1 (kept; type to replace it)" in shown
    for same in ("", "https://host/v1"):
        tab.do("look", openai_base_url=same, openai_api_key="")
        assert (tab.looked.base_url, tab.looked.api_key) == (address, KEY)
    tab.do("look", openai_base_url="https://other/v1", openai_api_key="")
    assert (tab.looked.base_url, tab.looked.api_key) == ("https://other/v1", "none")


def test_a_key_is_forgotten_and_with_it_a_password(tab: Tab, server: StandIn) -> None:
    tab.do("test", **served(server))
    assert "Forget the key" in form_html(tab.view)
    (view,) = tab.do("forget")
    assert tab.key == "none"
    assert "Forget the key" not in form_html(view)
    tab.do("look", llm="openai", openai_base_url="https://me:hidden@host/v1")
    assert "Forget the key" in form_html(tab.view)
    tab.do("forget")
    assert tab.view.draft.openai_base_url == "https://host/v1"


def test_servers_that_were_found_stay_in_the_form(tab: Tab) -> None:
    busy, found = tab.do("look", llm="openai")
    assert busy.busy.startswith("Looking for model servers")
    assert found.servers == (Server("Ollama", "http://127.0.0.1:11434/v1", ("small",)),)
    assert tab.do("forget")[-1].servers == found.servers


def test_trouble_is_one_line_and_leaves_the_session_as_it_was(tab: Tab, server: StandIn) -> None:
    before = tab.desk
    server.mode = "401"
    *_, view = tab.do("test", **served(server))
    assert view.error
    assert view.trial is None
    assert tab.desk is before
    server.mode = "ok"
    *_, view = tab.do("test", **served(server, key=""))
    assert (view.error, view.trial is None) == ("", False)


def test_a_trial_of_bedrock_without_credentials_says_what_to_do(tab: Tab) -> None:
    *_, view = tab.do("test", llm="bedrock", bedrock_model="a.b", bedrock_region="eu-west-1")
    assert "credentials" in view.error


def test_a_trial_fetches_nothing_and_says_what_would(
    tab: Tab, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr("providers.embedded.fetch", lambda *_, **__: started.append(1))
    *_, view = tab.do("test", llm="embedded")
    size = f"{QWEN.size / 1e6:,.0f} MB"
    assert view.error == (
        f"The embedded model is not on this machine yet: “Use it” fetches it ({size})."
    )
    assert started == []
    assert services.models._embedded.may_fetch is False
    assert not services.settings.model_folder.exists()


def test_the_embedded_model_is_fetched_once_it_is_used(tab: Tab, services: Services) -> None:
    tab.do("use", llm="embedded")
    assert services.models._embedded.may_fetch is True
    assert tab.desk.model.state().phase == "fetching"


def test_an_unknown_action_does_nothing(tab: Tab) -> None:
    (view,) = tab.do("<b>", llm="openai")
    assert view == View(tab.desk.choice)


def request(client: str | None, host: str = "127.0.0.1:7860", **headers: str) -> SimpleNamespace:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(
        client=SimpleNamespace(host=client) if client else None, headers={"host": host, **named}
    )


@pytest.mark.parametrize(
    ("asked", "here"),
    [
        (request("127.0.0.1"), True),
        (request("127.8.9.1", "localhost:7860"), True),
        (request("::1", "[::1]:7860"), True),
        (request("::ffff:127.0.0.1"), True),
        (request("192.168.1.7", "192.168.1.2:7860"), False),
        (request("::ffff:192.168.1.7"), False),
        (request("testclient"), False),
        (request(None), False),
        (request("127.0.0.1", "evil.example:7860"), False),
        (request("127.0.0.1", "localhost.evil.example"), False),
        (request("127.0.0.1", ""), False),
        (request("127.0.0.1", x_forwarded_for="127.0.0.1"), False),
        (request("127.0.0.1", forwarded="for=127.0.0.1"), False),
    ],
)
def test_only_a_browser_on_this_machine_is_served(asked: SimpleNamespace, here: bool) -> None:
    assert _is_here(asked) is here


def test_what_a_session_shares_is_no_copy(tab: Tab) -> None:
    import copy

    assert copy.deepcopy(tab.desk) is tab.desk
    sit = copy.deepcopy(tab.seats.sit)  # as Gradio does with what a session begins with
    tab.seats.remember(replace(tab.desk.choice, bedrock_region="eu-west-1"))
    assert sit().choice.bedrock_region == "eu-west-1"


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASETTINGSSETTINGS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)


@pytest.fixture
def amazon(signed_in: None) -> Iterator[dict[str, str]]:
    with standin_bedrock() as standin:
        yield {
            "llm": "bedrock",
            "bedrock_model": "eu.amazon.nova-lite-v1:0",
            "bedrock_region": "eu-west-1",
            "bedrock_endpoint_url": standin.url,
        }


def test_a_trial_of_bedrock_tells_who_asked(
    tab: Tab, amazon: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with standin_sts() as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        *_, view = tab.do("test", **amazon)
    assert view.trial is not None
    assert view.trial.who == ARN
    assert ["Action=GetCallerIdentity" in asked for asked in sts.asked] == [True]
    assert f"You are <code>{ARN}</code>." in form_html(view)
    (sent,) = tab.desk.ledger.sent()
    assert (sent.text, sent.goes_to) == ("Say OK.", "Amazon Bedrock in eu-west-1")


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"),
     (200, "<html>proxy"), (200, ""), (500, ""),
     (200, "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>")],
)  # fmt: skip
def test_who_asked_may_stay_unknown(
    tab: Tab, amazon: dict[str, str], monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    with standin_sts() as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        sts.status, sts.body = status, body
        *_, view = tab.do("test", **amazon)
    assert len(sts.asked) == 1
    assert view.trial is not None
    assert view.trial.who == ""
    assert "You are" not in form_html(view)


def test_sts_out_of_reach_is_no_failure(
    tab: Tab, amazon: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    *_, view = tab.do("test", **amazon)
    assert view.trial is not None
    assert (view.trial.who, view.error) == ("", "")


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_tells_it_too(
    services: Services,
    amazon: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    as_json: bool,
) -> None:
    for name, value in amazon.items():
        monkeypatch.setenv(f"NOTEPROOF_{name.upper()}", value)
    with standin_sts() as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        cli(["models", "--test", *(["--json"] if as_json else [])], standalone_mode=False)
    told = capsys.readouterr()
    assert (json.loads(told.out)["who"] if as_json else told.out.splitlines()[-1]) == (
        ARN if as_json else f"asked as {ARN}"
    )
    assert KEY not in told.out + told.err

"""The Settings tab as HTML: all text escaped, no key in it, no price that was guessed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from core.errors import ConfigError
from core.model_choice import ModelChoice
from core.settings import Settings, load_settings
from providers.base import ModelState
from providers.ledger import Sent, Spent
from providers.prices import Price, Prices
from providers.probe import Server, Trial
from tests.e2e.fakes import HOSTILE
from tests.test_ui_render import TAGS, Reader
from ui.render_settings import form_html
from ui.render_usage import Usage, usage_html
from ui.settings_handlers import View

MINE = {
    *TAGS,
    *("form", "fieldset", "legend", "label", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "pre", "dl", "dt", "dd"),
}
SAFE = {"autocomplete", "checked", "class", "maxlength", "name", "placeholder", "spellcheck"} | {
    *("type", "value", "title", "role", "aria-live", "aria-hidden", "aria-disabled"),
    *("data-rung", "data-step", "data-busy", "data-do", "data-url", "data-model"),
}
CHOICE = Settings().choice
READY = ModelState("ready", "small (http://127.0.0.1:1/v1)")
NOVA = "amazon.nova-lite-v1:0"
PRICES = Prices("USD", {NOVA: Price(input=Decimal("0.06"), output=Decimal("0.24"))})
ROW = Spent(NOVA, "Amazon Bedrock", 3, 1200, 1_000_000, 500_000)


def usage(**more: object) -> Usage:
    plain = Usage("small (http://127.0.0.1:1/v1)", READY, (), (), (), ())
    return replace(plain, **more)


def text(html: str) -> str:
    return " ".join(Reader(html).text.split())


@pytest.mark.parametrize("bad", HOSTILE)
def test_the_form_escapes_whatever_it_is_given(bad: str) -> None:
    wild = {field.name: bad for field in fields(ModelChoice)}
    draft = ModelChoice(**(wild | {"openai_api_key": SecretStr(bad)}))
    servers = (Server(bad, bad, (bad,)), Server(bad, bad, problem=bad))
    views = (
        View(draft, servers=servers, error=bad),
        View(draft, servers=servers, message=bad),
        View(draft, busy=bad),
        View(draft, trial=Trial(bad, bad, 1, 2, bad)),
    )
    for view in views:
        read = Reader(form_html(view))
        assert set(read.tags) <= MINE
        assert read.attributes <= SAFE
    assert bad in Reader(form_html(views[0])).text


@pytest.mark.parametrize("bad", HOSTILE)
def test_what_was_used_is_escaped(bad: str) -> None:
    row = Spent(bad, bad, 1, 2, 3, 4, 1)
    sent = (Sent(datetime(2026, 5, 4, 9), bad, bad),)
    prices = Prices(bad, {})
    told = usage_html(
        usage(
            label=bad,
            state=ModelState("ready", bad, goes_to=bad),
            spent=(row,),
            all_spent=(row, row),
            sent=sent,
            places=((bad, bad),),
            notes_go_to=bad,
            prices=prices,
            problem=bad,
        )
    )
    read = Reader(told)
    assert set(read.tags) <= MINE
    assert read.attributes <= SAFE
    assert read.text.count(bad) >= 8


@pytest.mark.parametrize("secret", ["sk-hidden", '"><b>hidden', "hidden'"])
def test_a_key_is_never_in_it(secret: str) -> None:
    draft = replace(CHOICE, llm="openai", openai_api_key=SecretStr(secret))
    html = form_html(View(draft, message="done"))
    assert "hidden" not in html
    assert 'name="openai_api_key" value=""' in html
    assert "kept; type to replace it" in html
    assert "kept;" not in form_html(View(CHOICE))


def test_the_chosen_rung_is_ticked_and_its_fields_named() -> None:
    for name in ("embedded", "openai", "bedrock", "none"):
        html = form_html(View(replace(CHOICE, llm=name)))
        assert html.count(" checked") == 1
        assert f'value="{name}" checked' in html
        assert f'data-rung="{name}"' in html
    names = [field.name for field in fields(ModelChoice)]
    assert all(f'name="{name}"' in html for name in names)


def test_while_it_works_the_buttons_are_off_and_one_line_says_why() -> None:
    html = form_html(View(CHOICE, busy="Asking the server for a word"))
    assert html.count('aria-disabled="true"') == 3
    assert 'data-busy="Asking the server for a word"' in html
    assert "data-busy" not in form_html(View(CHOICE))


def test_an_error_names_fields_as_the_form_does() -> None:
    said = "Setting NOTEPROOF_BEDROCK_GUARDRAIL='x' cannot be used: see NOTEPROOF_OPENAI_MODEL."
    html = form_html(View(CHOICE, error=said))
    assert "“Guardrail”=&#x27;x&#x27; cannot be used: see “Model”." in html
    assert "NOTEPROOF_" not in html


def test_a_pattern_is_told_by_what_fits_it() -> None:
    with pytest.raises(ConfigError) as wrong:
        load_settings(bedrock_guardrail="gr-1")
    html = form_html(View(CHOICE, error=str(wrong.value)))
    assert "“Guardrail”=&#x27;gr-1&#x27; cannot be used: it looks like id:version.</p>" in html


def test_a_trial_tells_words_time_and_who() -> None:
    html = form_html(View(CHOICE, trial=Trial("small", "OK.", 1500, 20.4, "arn:me")))
    assert "small answers “OK.”: first word after 20 ms, ready after 1.5 s. You are arn:me." in (
        text(html)
    )


def test_nothing_used_and_nothing_sent_is_said() -> None:
    told = text(usage_html(usage()))
    assert "Nothing has been asked yet." in told
    assert "Nothing, since Noteproof was started." in told
    assert "Nothing you ask leaves this machine." in told
    assert "Where files are" not in told


@pytest.mark.parametrize("phase", ["missing", "fetching", "loading", "failed"])
def test_where_questions_go_is_not_said_before_it_is_known(phase: str) -> None:
    told = usage_html(usage(state=ModelState(phase, "wait")))
    assert "leaves this machine" not in told
    assert ('data-do="start-model"' in told) is (phase in ("missing", "failed"))


def test_rows_are_counted_with_their_place_and_cost() -> None:
    told = text(usage_html(usage(spent=(ROW,), all_spent=(ROW,), prices=PRICES)))
    assert f"{NOVA} Amazon Bedrock" in told.replace("Bedrock3", "Bedrock 3").replace(
        f"{NOVA}Amazon", f"{NOVA} Amazon"
    )
    assert "1,000,000" in told
    assert "0.1800" in told
    assert "3 requests with 1,200 characters to Amazon Bedrock" in told
    assert "Besides" not in told
    assert "tell no tokens" not in told


def test_no_cost_is_shown_without_a_table() -> None:
    told = usage_html(usage(spent=(ROW,), all_spent=(ROW,), problem="The table is bad."))
    assert told.count("<th>") == 4
    assert "0.18" not in told
    assert "USD" not in told
    assert '<p class="bad-line">The table is bad.</p>' in told


@pytest.mark.parametrize(
    ("model", "prompt", "cost"),
    [
        ("other", 10**6, "not in your table"),
        (NOVA, 1, "< 0.0001"),
        (NOVA, 0, "0.0000"),
        (NOVA, 10**11, "6,000.0000"),
        (f"eu.{NOVA}", 10**6, "0.0600"),
    ],
)
def test_cost_is_exact_or_not_there(model: str, prompt: int, cost: str) -> None:
    row = Spent(model, "", 1, 1, prompt, 0)
    cells = usage_html(usage(spent=(row,), prices=PRICES)).split("<td>")
    assert text(cells[-1]).startswith(cost)


def test_stopped_calls_and_other_tabs_are_told() -> None:
    stopped = replace(ROW, uncounted=1)
    other = replace(ROW, calls=5, prompt_tokens=1_000_100, completion_tokens=500_000)
    told = text(usage_html(usage(spent=(stopped,), all_spent=(other,))))
    assert "Calls that were stopped tell no tokens; they may still cost." in told
    assert "Besides, 2 calls with 100 tokens since Noteproof was started" in told


def test_texts_that_left_are_there_word_for_word() -> None:
    sent = (Sent(datetime(2026, 5, 4, 9, 8, 7), "Amazon Bedrock", "line <1>\n\n  line 2"),)
    told = usage_html(usage(all_spent=(ROW,), sent=sent))
    assert "<b>09:08:07</b> to Amazon Bedrock<pre>line &lt;1&gt;\n\n  line 2</pre>" in told


def test_what_stayed_on_this_machine_did_not_leave_it() -> None:
    here = Spent("small", "", 4, 100, 5, 6)
    told = text(usage_html(usage(spent=(here,), all_spent=(here,))))
    assert "Nothing, since Noteproof was started." in told
    assert "this machine" in told

"""The Settings tab: which model answers, what it used, what left the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from core.env_file import ENV_FILE
from core.errors import ConfigError
from providers.prices import read_prices
from ui import render_settings, render_usage, settings_handlers
from ui.desk import Desk, Seats
from ui.gradio_import import gr
from ui.layout import AT_ONCE, PRIVATE, ends, html, redrawn, sent
from ui.ports import Shelf
from ui.settings_handlers import View

ELSEWHERE = "Settings can be changed only in a browser on the machine that runs Noteproof."


@dataclass(frozen=True, slots=True)
class SettingsParts:
    """The components that handlers read or write."""

    form: gr.HTML
    told: gr.HTML


def lay_out() -> SettingsParts:
    """The form, and what there is to tell under it."""
    with (
        gr.Column(elem_id="settings-column", scale=1, min_width=0),
        gr.Column(elem_id="settings", elem_classes="scroll"),
    ):
        form = html("settings-form", connect={"settings": "submit"}, also=redrawn("setForm"))
        told = html("settings-told", connect={"tellUsage": "tell"})
    return SettingsParts(form, told)


def wire(
    parts: SettingsParts, desk: gr.State, shelf: Shelf, seats: Seats, timer: gr.Timer
) -> gr.Dependency:
    """Which handler answers which component; returns the event after which the model may differ."""

    def act(
        view: View | None, desk: Desk, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        if not _is_here(request):
            refused = View(desk.choice, error=ELSEWHERE)
            yield refused, desk, render_settings.form_html(refused), gr.skip()
            return
        for now, at in settings_handlers.act(seats, view, desk, sent(event)):
            yield now, at, render_settings.form_html(now), gr.Timer(active=True)

    def tell(view: View | None, desk: Desk, request: gr.Request) -> tuple[Any, ...]:
        form = gr.skip() if view else render_settings.form_html(View(desk.choice))
        usage = _usage(desk, shelf, seats)
        if not _is_here(request):  # what others asked is not for them, nor where it lies
            usage = replace(usage, sent=desk.ledger.sent(), places=())
        return form, render_usage.usage_html(usage)

    view = gr.State(None)
    shown = [view, desk, parts.form, timer]
    acted = parts.form.submit(act, [view, desk], shown, concurrency_limit=4, **PRIVATE)
    ends(acted, "settings")
    told = [parts.form, parts.told]
    parts.told.tell(tell, [view, desk], told, **AT_ONCE)
    return acted.then(tell, [view, desk], told, **PRIVATE)


def _is_here(request: gr.Request) -> bool:
    """Whether the browser is on this machine, and asked for this page by a name of this machine.

    Other pages may have their name point here; what came through a proxy may come from anywhere.
    """
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    client = request.client.host if request.client else ""
    return not forwarded and _is_loopback(client) and _is_loopback(asked)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


def _usage(desk: Desk, shelf: Shelf, seats: Seats) -> render_usage.Usage:
    settings, prices, problem = seats.settings, None, ""
    try:
        prices = read_prices(settings.prices)
    except ConfigError as error:
        problem = str(error)
    home = settings.home.resolve()
    places = (
        ("Notes", ", ".join(shelf.places())),
        ("Index and log", str(home)),
        ("Questions and attempts", str(home / "study.db")),
        ("Embedded model", str(settings.model_folder)),
        ("Settings", str(ENV_FILE.resolve())),
    )
    return render_usage.Usage(
        label=desk.model.label,
        state=desk.model.state(),
        spent=desk.ledger.spent(),
        all_spent=seats.first.ledger.spent(),
        sent=seats.first.ledger.sent(),
        places=places,
        notes_go_to=shelf.state().goes_to,
        prices=prices,
        problem=problem,
    )

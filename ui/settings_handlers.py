"""What the Settings tab does when the learner does something: plain functions."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.env_file import overruled, write_env
from core.errors import ModelUnavailable, NoteproofError
from core.model_choice import ModelChoice
from core.settings import Settings, environment_names, load_settings
from providers.addresses import shown
from providers.model_files import QWEN, status
from providers.models import of_its_rung
from providers.probe import Address, Server, Trial, find_servers, try_out
from ui.desk import Desk, Seats

if TYPE_CHECKING:
    from collections.abc import Callable

Action = Mapping[str, object]
SECRET = "openai_api_key"
NO_KEY = SecretStr("none")
_LOG = logging.getLogger("noteproof.settings")


@dataclass(frozen=True, slots=True)
class View:
    """The form as it stands; `draft` is what it holds, with the key that was typed last.

    `busy` says what is going on. `step` makes each drawing another one.
    """

    draft: ModelChoice
    trial: Trial | None = None
    servers: tuple[Server, ...] | None = None
    message: str = ""
    error: str = ""
    busy: str = ""
    step: int = 0


Step = tuple[View, Desk]


def act(
    seats: Seats,
    view: View | None,
    desk: Desk,
    action: Action,
    look: Callable[[Address], tuple[Server, ...]] = find_servers,
) -> Iterator[Step]:
    """The form and the desk after each thing that happens. There is always a step."""
    before = view or View(desk.choice)
    draft = read_choice(before.draft, action)
    view = View(draft, servers=before.servers, step=before.step + 1)
    try:
        match action.get("do"):
            case "test":
                check(seats.settings, draft)
                yield replace(view, busy=f"Asking {_name(view.draft)} for a word"), desk
                yield replace(view, trial=_try_out(seats, view.draft, desk)), desk
            case "use" | "save" as how:
                check(seats.settings, draft)
                yield _chosen(seats, view, desk, save=how == "save")
            case "look":
                yield replace(view, busy="Looking for model servers on this machine"), desk
                named = Address("The address above", view.draft.openai_base_url, _key(view.draft))
                yield replace(view, servers=look(named)), desk
            case "forget":
                bare = shown(draft.openai_base_url)
                known = replace(draft, openai_base_url=bare, openai_api_key=NO_KEY)
                yield replace(view, draft=known), desk
            case _:
                yield before, desk
    except NoteproofError as error:
        yield replace(view, error=str(error)), desk


def _chosen(seats: Seats, view: View, desk: Desk, *, save: bool) -> Step:
    """Sit down at another desk, from the next question on."""
    kept = saved(view.draft)
    path = write_env(kept) if save else None
    moved = seats.move(desk, view.draft)
    moved.model.start()
    _LOG.info("a session answers by %s", moved.model.label)
    said = f"Your next question goes to {moved.model.label}."
    if path:
        seats.remember(view.draft)
        said += f" New sessions begin with it: it is kept in {path}."
        if names := overruled(kept):
            said += f" But {names[0]} is set outside of it too, which is stronger: unset that."
    return replace(view, message=said), moved


def _try_out(seats: Seats, choice: ModelChoice, desk: Desk) -> Trial:
    """Nothing is fetched for that.

    Raises:
        ModelUnavailable: the embedded model's file is not here.
        ModelUnavailable, MalformedOutput: as `try_out`.
    """
    here = status(QWEN, seats.settings.model_folder).phase == "present"
    if choice.llm == "embedded" and not here:
        raise ModelUnavailable(
            f"The embedded model is not on this machine yet: “Use it” fetches it "
            f"({QWEN.size / 1e6:,.0f} MB)."
        )
    provider = seats.move(desk, choice).model.rungs[0].provider
    return try_out(provider, ledger=desk.ledger)


def read_choice(before: ModelChoice, action: Action) -> ModelChoice:
    """What the form says, unchecked.

    An empty key, or address, keeps the one there was; so does the address as it is shown, without
    a password that it holds. A key is not kept for another server.
    """
    typed = {
        field.name: str(action[field.name]).strip()
        for field in fields(ModelChoice)
        if field.name in action
    }
    address = before.openai_base_url
    if typed.get("openai_base_url") in ("", shown(address)):
        typed["openai_base_url"] = address
    here = _server(typed.get("openai_base_url", address)) == _server(address)
    kept = before.openai_api_key if here else NO_KEY
    key = SecretStr(typed.pop(SECRET, "")) if typed.get(SECRET) else kept
    typed.pop(SECRET, None)
    return replace(before, **typed, openai_api_key=key)


def _server(address: str) -> tuple[str, str]:
    """Scheme, and host with port."""
    parts = urlsplit(shown(address))
    return parts.scheme, parts.netloc


def check(settings: Settings, choice: ModelChoice) -> None:
    """Check what belongs to the rung that is chosen: nothing else is seen in the form.

    Raises:
        ConfigError: a value that is not allowed.
    """
    seen = of_its_rung(choice, settings.choice)
    given = {field.name: getattr(seen, field.name) for field in fields(ModelChoice)}
    load_settings(**{**settings.model_dump(), **given})


def saved(choice: ModelChoice) -> dict[str, str]:
    """The choice as environment variables: those of its own rung."""
    names = environment_names()
    values = {names["llm"]: choice.llm}
    for field in fields(ModelChoice):
        if field.name.startswith(f"{choice.llm}_"):
            value = getattr(choice, field.name)
            plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            values[names[field.name]] = plain
    return values


def _key(choice: ModelChoice) -> str:
    return choice.openai_api_key.get_secret_value()


def _name(choice: ModelChoice) -> str:
    names = {
        "embedded": "the embedded model",
        "openai": "the server",
        "bedrock": "Amazon Bedrock",
        "none": "no model",
    }
    return names[choice.llm]

"""The form that chooses a model -> HTML. All text is escaped; a key is never in it."""

from __future__ import annotations

from html import escape

from core.model_choice import ModelChoice
from core.settings import environment_names
from providers.addresses import shown
from providers.probe import Server, Trial
from ui.settings_handlers import NO_KEY, View

RUNGS = (
    ("embedded", "On this machine", "The model that comes with Noteproof. Nothing leaves."),
    (
        "openai",
        "A server of yours",
        "Ollama, LM Studio, llama-server, vLLM, or any other that speaks OpenAI's protocol.",
    ),
    (
        "bedrock",
        "Amazon Bedrock",
        "In your AWS account, at its price. What you ask, and the lines found for it, go there.",
    ),
    ("none", "No model", "Answers are lines of your notes, questions come from templates."),
)
LABELS = {
    "openai_base_url": "Address",
    "openai_model": "Model",
    "openai_api_key": "Key",
    "bedrock_model": "Model or inference profile",
    "bedrock_region": "Region",
    "bedrock_profile": "AWS profile",
    "bedrock_guardrail": "Guardrail",
    "bedrock_endpoint_url": "Endpoint",
}
AWS = (
    "Credentials are those of AWS's own tools (<code>aws configure</code>, SSO, environment): "
    "Noteproof never asks for them."
)


def form_html(view: View) -> str:
    """The rungs, the fields of each, the buttons, and what came of them."""
    draft = view.draft
    rungs = "".join(_rung(name, title, told, draft.llm) for name, title, told in RUNGS)
    busy = f' data-busy="{escape(view.busy)}"' if view.busy else ""
    return (
        f'<form class="settings" data-rung="{escape(draft.llm)}" data-step="{view.step}"{busy} '
        'autocomplete="off"><h1>Which model answers</h1>'
        "<p>It answers from your next question on, in this tab of the browser. The conversation "
        f'stays.</p><fieldset class="rungs"><legend class="sr-only">Model</legend>{rungs}'
        f"</fieldset>{_server_fields(draft, view.servers)}{_bedrock_fields(draft)}"
        f'<div class="start">{_buttons(view)}</div>'
        f'<div class="outcome" role="status" aria-live="polite">{_outcome(view)}</div></form>'
    )


def _rung(name: str, title: str, told: str, chosen: str) -> str:
    on = " checked" if name == chosen else ""
    return (
        f'<label class="rung"><input type="radio" name="llm" value="{name}"{on}>'
        f"<span><b>{title}</b><small>{told}</small></span></label>"
    )


def _server_fields(draft: ModelChoice, servers: tuple[Server, ...] | None) -> str:
    has_key = draft.openai_api_key != NO_KEY and bool(draft.openai_api_key.get_secret_value())
    hint = "kept; type to replace it" if has_key else "if the server wants one"
    address = draft.openai_base_url
    hidden = shown(address) != address.rstrip("/")
    forget = (
        '<button type="button" class="plain" data-do="settings-forget">Forget the key</button>'
        if has_key or hidden
        else ""
    )
    return (
        '<div class="fields of-openai">'
        + _field(
            "openai_base_url",
            "" if hidden else address,
            shown(address) + " (kept; type to replace it)" if hidden else "",
        )
        + _field("openai_model", draft.openai_model, "the first one it lists")
        + '<label><span>Key</span><input type="password" name="openai_api_key" value="" '
        f'autocomplete="new-password" spellcheck="false" maxlength="4000" placeholder="{hint}">'
        "</label><p class='quiet wide'>A key stays in this program's memory, never in the browser. "
        f"{forget}</p></div>"
        f'<div class="servers of-openai">{_servers(servers)}</div>'
    )


def _bedrock_fields(draft: ModelChoice) -> str:
    rows = (
        ("bedrock_model", "such as eu.amazon.nova-lite-v1:0"),
        ("bedrock_region", "as AWS's own tools find it"),
        ("bedrock_profile", "as AWS's own tools find it"),
        ("bedrock_guardrail", "id:version, if you have one"),
        ("bedrock_endpoint_url", "usually left empty"),
    )
    fields = "".join(_field(name, getattr(draft, name), hint) for name, hint in rows)
    return f'<div class="fields of-bedrock">{fields}<p class="quiet wide">{AWS}</p></div>'


def _field(name: str, value: str, hint: str) -> str:
    return (
        f'<label><span>{LABELS[name]}</span><input type="text" name="{name}" '
        f'value="{escape(value)}" placeholder="{escape(hint)}" autocomplete="off" '
        'spellcheck="false" maxlength="2000">'
        "</label>"
    )


def _servers(servers: tuple[Server, ...] | None) -> str:
    look = (
        '<button type="button" class="plain" data-do="settings-look">'
        "Look for servers on this machine</button>"
    )
    if servers is None:
        return look
    rows = "".join(map(_server, servers)) or '<li class="quiet">None answers.</li>'
    return f'<ul class="lines">{rows}</ul>{look}'


def _server(server: Server) -> str:
    title = f"<b>{escape(server.name)}</b> <code>{escape(server.base_url)}</code>"
    if not server.models:
        return f'<li>{title}<p class="quiet">{escape(server.problem)}</p></li>'
    models = "".join(
        f'<button type="button" class="soft" data-do="settings-fill" '
        f'data-url="{escape(server.base_url)}" data-model="{escape(model)}">{escape(model)}'
        "</button>"
        for model in server.models
    )
    return f'<li>{title}<div class="chips">{models}</div></li>'


def _buttons(view: View) -> str:
    off = ' aria-disabled="true"' if view.busy else ""
    return (
        f'<button type="submit" class="primary" data-do="settings-use"{off}>Use it</button>'
        f'<button type="button" class="soft" data-do="settings-test"{off}>Test connection</button>'
        f'<button type="button" class="plain" data-do="settings-save"{off} '
        'title="A key is written there too, readable by your user only">'
        "Use it and keep it in .env</button>"
    )


def _outcome(view: View) -> str:
    if view.busy:
        return (
            f'<p class="busy-line"><i class="dots" aria-hidden="true"></i>{escape(view.busy)}</p>'
        )
    if view.error:
        return f'<p class="bad-line">{escape(_by_label(view.error))}</p>'
    if view.trial:
        return _trial(view.trial)
    return f'<p class="good-line">{escape(view.message)}</p>' if view.message else ""


def _by_label(text: str) -> str:
    """Settings by the labels of the form, where it has them; a pattern by what fits it."""
    before, pattern, _ = text.partition("String should match pattern")
    text = f"{before}it looks like id:version." if pattern else text
    for field, label in LABELS.items():
        text = text.replace(environment_names()[field], f"“{label}”")
    return text


def _trial(trial: Trial) -> str:
    who = f" You are <code>{escape(trial.who)}</code>." if trial.who else ""
    return (
        f'<p class="good-line"><b>{escape(trial.label)}</b> answers “{escape(trial.text)}”: '
        f"first word after {_seconds(trial.first_token_ms)}, ready after "
        f"{_seconds(trial.ready_ms)}.{who}</p>"
    )


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"

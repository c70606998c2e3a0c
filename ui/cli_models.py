"""The command `models`, and the model that other commands wait for."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ModelUnavailable
from core.settings import Settings
from providers.model_files import QWEN, fetch, status
from ui.terminal import progress_line

if TYPE_CHECKING:
    from providers.base import ChatProvider
    from providers.probe import Server


def start_model(provider: ChatProvider, settings: Settings, *, patient: bool) -> None:
    """Start the model and wait until it is ready or has failed, progress on standard error.

    `patient` waits for a download too; without it, a model that is not here is not started.
    """
    if not patient and not _is_here(settings):
        return
    provider.start()
    show = progress_line("model")
    while (state := provider.wait(0.5)).phase in ("fetching", "loading"):
        if state.progress is not None:
            show(state.phase, state.progress)
    if state.phase == "failed":
        print(f"noteproof: {state.detail}", file=sys.stderr)


def _is_here(settings: Settings) -> bool:
    """Whether the model can be ready without a download."""
    return settings.llm != "embedded" or status(QWEN, settings.model_folder).phase == "present"


def fetch_model(folder: Path, url: str) -> None:
    """Fetch what is missing of the embedded model, progress on standard error."""
    show = progress_line("model")
    fetch(QWEN, folder, url, on_progress=lambda done, total: show("fetching", done / total))


def print_models(settings: Settings, *, as_json: bool) -> None:
    """Which model answers, which one embeds, and whether the embedded one is here."""
    from providers.probe import wrong_setting

    folder = settings.model_folder
    found, wrong = status(QWEN, folder), wrong_setting(settings)
    if as_json:
        record = {
            "llm": settings.llm,
            "file": QWEN.name,
            "folder": str(folder),
            "phase": found.phase,
            "bytes": found.bytes,
            "size": QWEN.size,
            "embedding_model": settings.embedding_model,
            "problem": wrong,
        }
        print(json.dumps(record))
        return
    print(f"Answers come from: {settings.llm}   Embeddings: {settings.embedding_model}")
    if wrong:
        print(wrong)
    print(f"{QWEN.name}  {QWEN.size / 1e6:.0f} MB  {found.phase}  {folder}")
    if found.phase != "present":
        print("Fetch it with: python app.py models --fetch")


def print_servers(settings: Settings, *, as_json: bool) -> None:
    """Which model servers answer, their models, and the settings that use each."""
    from providers.probe import USUAL, Address, find_servers

    key = settings.openai_api_key.get_secret_value()
    named = Address("NOTEPROOF_OPENAI_BASE_URL", settings.openai_base_url, key)
    servers = find_servers(named)
    if as_json:
        rows = [asdict(s) | {"settings": [_use(s, m) for m in s.models]} for s in servers]
        print(json.dumps({"servers": rows}))
        return
    for server in servers:
        print(f"{server.name}  {server.base_url}")
        for line in [_use(server, model) for model in server.models] or [server.problem]:
            print(f"    {line}")
    if not any(server.models for server in servers):
        looked = ", ".join(f"{a.name} {a.base_url.split(':')[-1].split('/')[0]}" for a in USUAL)
        print(f"No model server answers on this machine's usual ports ({looked}).")


def _use(server: Server, model: str) -> str:
    """The settings that choose a model, to be put before a command in a shell."""
    given = {"LLM": "openai", "OPENAI_BASE_URL": server.base_url, "OPENAI_MODEL": model}
    return " ".join(f"NOTEPROOF_{name}={shlex.quote(value)}" for name, value in given.items())


def print_trial(settings: Settings, *, as_json: bool) -> None:
    """Start the model that is set, and print its first words and how long they took.

    Raises:
        NoteproofError: it does not answer, or would have to be fetched first.
    """
    from providers import make_rung
    from providers.probe import try_out

    if not _is_here(settings):
        raise ModelUnavailable(
            f"{QWEN.name} is not in {settings.model_folder}: `python app.py models --fetch` gets "
            f"it ({QWEN.size / 1e6:.0f} MB)."
        )
    provider = make_rung(settings)
    try:
        trial = try_out(provider)
    finally:
        provider.close()
    if as_json:
        print(json.dumps({"llm": settings.llm, **asdict(trial)}))
        return
    print(f"{trial.label} answers: {trial.text}")
    print(f"first token after {trial.first_token_ms:.0f} ms, ready in {trial.ready_ms:.0f} ms")
    if trial.who:
        print(f"asked as {trial.who}")

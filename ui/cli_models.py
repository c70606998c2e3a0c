"""The command `models`, and the model that other commands wait for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.settings import Settings
from providers.model_files import QWEN, fetch, status
from ui.terminal import progress_line

if TYPE_CHECKING:
    from providers.base import ChatProvider


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
    folder = settings.model_folder
    found = status(QWEN, folder)
    if as_json:
        record = {
            "llm": settings.llm,
            "file": QWEN.name,
            "folder": str(folder),
            "phase": found.phase,
            "bytes": found.bytes,
            "size": QWEN.size,
            "embedding_model": settings.embedding_model,
        }
        print(json.dumps(record))
        return
    print(f"Answers come from: {settings.llm}   Embeddings: {settings.embedding_model}")
    print(f"{QWEN.name}  {QWEN.size / 1e6:.0f} MB  {found.phase}  {folder}")
    if found.phase != "present":
        print("Fetch it with: python app.py models --fetch")

"""The command `serve`: the page, what gets ready behind it, and the signal that ends it."""

from __future__ import annotations

import logging
import signal
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.practice import Scope
from ui.page import build_page, launch
from ui.ports import Explainer

if TYPE_CHECKING:
    from chat.chain import AskChain
    from ingest.library import Library
    from providers.base import ChatProvider
    from study.practice import Practice


def serve_page(
    library: Library,
    chain: AskChain,
    provider: ChatProvider,
    practice: Practice,
    explainer: Explainer,
    host: str,
    port: int,
) -> None:
    """Open the page at once, get ready behind it, and stay until a signal comes."""
    launch(build_page(library, chain, provider, practice, explainer), host, port)
    print(f"Noteproof is at http://{host}:{port}")
    parts = (library, chain, provider, practice)
    threading.Thread(target=_get_ready, args=parts, daemon=True).start()
    _until_stopped()
    practice.close()
    provider.close()


def log_to(home: Path) -> None:
    """Which drafts failed which check, into a file of a megabyte at most."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(home / "noteproof.log", maxBytes=1_000_000, backupCount=1)
    except OSError as error:
        raise ConfigError(
            f"{home} cannot be written to ({error.strerror}): set NOTEPROOF_HOME to another folder."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("noteproof")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _get_ready(
    library: Library, chain: AskChain, provider: ChatProvider, practice: Practice
) -> None:
    """Index, then load the model: one after the other, for they share the processor.

    The first question then finds both models loaded and the instructions read.
    """
    library.start()
    library.wait()
    provider.start()
    if library.state().phase != "ready":
        return
    library.retriever().search("warm up")
    practice.workshop.maker()
    if provider.wait().phase == "ready":
        chain.warm_up()
        practice.prepare(Scope())


def _until_stopped() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()

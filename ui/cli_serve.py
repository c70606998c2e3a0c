"""The command `serve`: the page, what gets ready behind it, and the signal that ends it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.practice import Scope
from ui.desk import Desk, Seats
from ui.page import build_page, launch

if TYPE_CHECKING:
    from chat.abouts import Abouts
    from ingest.library import Library
    from ingest.watching import Watcher


def serve_page(library: Library, seats: Seats, abouts: Abouts, close: Callable[[], None]) -> None:
    """Open the page at once, get ready behind it, stay until a signal comes, then `close`."""
    settings, desk = seats.settings, seats.first
    launch(build_page(library, seats, abouts), settings.host, settings.port, library)
    print(f"Noteproof is at http://{settings.host}:{settings.port}")
    watcher = _watch(library) if settings.watch else None
    threading.Thread(target=_get_ready, args=(library, desk, abouts), daemon=True).start()
    _until_stopped()
    if watcher is not None:
        watcher.close()
    close()


def _watch(library: Library) -> Watcher:
    """Saved changes are indexed from now on; what lies elsewhere is not watched."""
    from ingest.watching import Watcher

    watcher = Watcher(library.watched(), library.changed)
    watcher.start()
    return watcher


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


def _get_ready(library: Library, desk: Desk, abouts: Abouts) -> None:
    """Index, then load the model: one after the other, for they share the processor.

    The first question then finds both models loaded and the instructions read. Nothing is sent to
    a model on another machine before the learner asks for something.
    """
    library.start()
    library.wait()
    desk.model.start()
    if library.state().phase != "ready":
        return
    if not library.state().goes_to:  # or it would be sent
        library.retriever().search("warm up")
    desk.trainer.workshop.maker()
    if desk.model.wait().phase == "ready" and not desk.model.state().goes_to:
        desk.asker.warm_up()
        desk.trainer.prepare(Scope())
        abouts.start()


def _until_stopped() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()

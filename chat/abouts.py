"""What each note is about, made when the model is free, and kept by its content."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chat.about import About, lines_of, plain_about
from chat.facts import facts_of
from chat.summary import summarise
from core.errors import IndexMissing, MalformedOutput, ModelUnavailable
from core.types import Sentence
from providers.base import ChatProvider
from providers.descent import Descent
from providers.turns import Turns
from retrieval.retriever import Retriever

IDLE = 3.0
"""Seconds between two looks for notes that have no summary yet."""
MADE_AS = 2
"""The way summaries are made; those made in another are made anew."""
MAKING = "A summary is being written …"
_LOG = logging.getLogger("noteproof.abouts")


class Abouts:
    """Summaries of notes, in files named by content: each is made once. Any thread may use it.

    A worker makes them in the background, the one last asked for first. A model on another machine
    is asked only for notes whose details the learner opens: it may cost.
    """

    def __init__(
        self,
        notes: Callable[[], Retriever],
        provider: ChatProvider,
        turns: Turns,
        folder: Path,
    ) -> None:
        self._notes, self._provider, self._turns = notes, provider, turns
        self._folder = folder
        self._wanted: list[str] = []
        self._failed: set[str] = set()
        self._over: tuple[Retriever | None, set[str]] = (None, set())
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def of(self, note: str) -> About | None:
        """What is known of a note now; the rest is made from now on. None: no such note."""
        try:
            retriever = self._notes()
        except IndexMissing:
            return None
        plain = plain_about(retriever, note)
        if plain is None:
            return None
        made = self._kept(retriever, note)
        if made is not None:
            return replace(plain, summary=made.summary, by=made.by) if made.summary else plain
        if self._can_make(note):
            self._wanted.append(note)
            self.start()
            self._wake.set()
        return plain

    def waiting(self, note: str) -> str:
        """One line on what is being made of a note; empty when nothing more will come."""
        if note not in self._wanted:
            return ""
        goes_to = self._provider.state().goes_to
        return f"Some lines of this note go to {goes_to} for a summary …" if goes_to else MAKING

    def start(self) -> None:
        """Begin to make what is missing, while the model is free. Idempotent."""
        if self._thread is None and not self._stop.is_set():
            self._thread = threading.Thread(target=self._work, name="abouts", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop. Idempotent."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def _can_make(self, note: str) -> bool:
        return note not in self._failed and self._provider.state().phase == "ready"

    def _work(self) -> None:
        while not self._stop.is_set():
            note = self._next()
            if note is None:
                self._wake.wait(IDLE)
                self._wake.clear()
                continue
            try:
                if self._make(note):
                    self._forget(note)
            except (ModelUnavailable, MalformedOutput, IndexMissing) as error:
                _LOG.info("no summary of %s: %s", note, error)
                self._failed.add(note)
                self._forget(note)

    def _forget(self, note: str) -> None:
        self._wanted = [name for name in self._wanted if name != note]

    def _next(self) -> str | None:
        """The note asked for last; else one without a summary, if that costs nothing."""
        if self._wanted:
            return self._wanted[-1]
        if self._provider.state().goes_to:
            return None
        with suppress(IndexMissing):
            retriever = self._notes()
            if self._over[0] is not retriever:
                self._over = (retriever, set())
            for info in retriever.index.usable:
                if info.name in self._over[1] or not self._can_make(info.name):
                    continue
                if self._kept(retriever, info.name) is None:
                    return info.name
                self._over[1].add(info.name)
        return None

    def _make(self, note: str) -> bool:
        """False when a learner's question went first: then it is made again."""
        retriever = self._notes()
        lines = lines_of(retriever, note)
        if not lines or self._kept(retriever, note) is not None:
            self._over[1].add(note)
            return True
        with self._turns.background(self._stop) as cancel:
            descent = Descent(self._provider, cancel)
            summary = summarise(descent, retriever, facts_of(retriever, lines))
            if cancel.is_set():
                return self._stop.is_set()
        about = About(summary, by=descent.by if summary else "")
        self._keep(self._file(retriever, note), about)
        return True

    def _file(self, retriever: Retriever, note: str) -> Path:
        text = "\n".join(retriever.index.texts.get(note, ()))
        kept = f"{MADE_AS}\n{text}"
        digest = hashlib.sha256(kept.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest[:32]}.json"

    def _keep(self, path: Path, about: About) -> None:
        aside = path.with_suffix(".tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(asdict(about)), encoding="utf-8")
            aside.replace(path)
        except OSError as error:
            raise ModelUnavailable(f"{path} cannot be written ({error.strerror}).") from error

    def _kept(self, retriever: Retriever, note: str) -> About | None:
        """With its citations naming the note as it is called now."""
        try:
            data = self._file(retriever, note).read_bytes()
            about = TypeAdapter(About).validate_json(data)
        except (OSError, ValidationError):
            return None
        return replace(about, summary=tuple(_named(sentence, note) for sentence in about.summary))


def _named(sentence: Sentence, note: str) -> Sentence:
    return replace(sentence, citations=tuple(replace(c, note=note) for c in sentence.citations))

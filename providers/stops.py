"""Stop sequences that are looked for here, for models that take none, or none of white space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from providers.dialects import Dialect


def take_stops(options: dict[str, Any], spoken: Dialect) -> Cutter | None:
    """Take those that the model does not take out of the options of a call, to be met here."""
    stops = list(options.pop("stop", None) or ())
    sent = [stop for stop in stops if spoken.stops and (spoken.blank_stops or stop.strip())]
    if sent:
        options["stop"] = sent
    kept = [stop for stop in stops if stop not in sent]
    return Cutter(kept) if kept else None


class Cutter:
    """Ends a stream of text at the first of some sequences.

    White space before the first word is dropped: it ends nothing.

    >>> cutter = Cutter(["\\n\\n"])
    >>> [cutter.feed(piece) for piece in ("\\n\\nOne", " line\\n", "\\nAnother")]
    [('One', False), (' line', False), ('', True)]
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._held = ""
        self._begun = False

    def feed(self, text: str) -> tuple[str, bool]:
        """What can be shown by now, and whether a stop sequence was met."""
        text = self._held + text
        if not self._begun:
            text = text.lstrip()
            self._begun = bool(text)
        ends = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if ends:
            return text[: min(ends)], True
        kept = max((_begun(text, stop) for stop in self._stops), default=0)
        shown, self._held = text[: len(text) - kept], text[len(text) - kept :]
        return shown, False

    def rest(self) -> str:
        """What was held back in case it began a stop sequence; afterwards nothing is."""
        rest, self._held = self._held, ""
        return rest


def _begun(text: str, stop: str) -> int:
    """How many characters at the end of `text` may be the beginning of `stop`."""
    return next((n for n in range(len(stop) - 1, 0, -1) if text.endswith(stop[:n])), 0)

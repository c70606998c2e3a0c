"""How long a server asks to be left alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

USUAL = "Wait a minute"


def asked_pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, by `retry-after-ms`, or by `retry-after` in seconds or as a date; None: not said.

    `headers` have small letters. A date is measured from the server's own `date`, if it sent one,
    else from `now`.

    >>> asked_pause({"retry-after": "30"}, datetime.now(UTC))
    30.0
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1e3
    given = headers.get("retry-after", "")
    seconds = _number(given)
    if seconds is not None:
        return seconds
    until = _date(given)
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or now)).total_seconds())


def advice(after: float | None) -> str:
    """The beginning of "... and ask again": what to do about a pause of so many seconds.

    >>> advice(30)
    'It asks to wait 30 s: wait that long'
    """
    return f"It asks to wait {_in_words(after)}: wait that long" if after else USUAL


def _in_words(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 120:
        return f"{whole} s"
    return f"{math.ceil(whole / 60)} min" if whole < 7200 else f"{math.ceil(whole / 3600)} h"


def _number(text: str) -> float | None:
    """Of a plain number only: `nan` and `inf` are none."""
    text = text.strip()
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)

"""Gradio, imported in half the time.

At every import Gradio rewrites a stub file beside each of its components: half of its import
time, and a write into the installed packages. It leaves a class alone whose source cannot be
found, so while it is imported its own classes say so.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _no_stubs() -> Iterator[None]:
    getfile = inspect.getfile

    def getfile_but_gradio(found: Any) -> str:
        if str(getattr(found, "__module__", "")).startswith("gradio."):
            raise OSError("not looked for")
        return getfile(found)

    inspect.getfile = getfile_but_gradio  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


with _no_stubs():
    import gradio as gr

__all__ = ["gr"]

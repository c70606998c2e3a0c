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

    def getfile_but_gradio(object: Any) -> str:  # the name is getfile's own
        if str(getattr(object, "__module__", "")).startswith("gradio."):
            raise OSError("not looked for")
        return getfile(object)

    inspect.getfile = getfile_but_gradio
    try:
        yield
    finally:
        inspect.getfile = getfile


with _no_stubs():
    import gradio as gr

__all__ = ["gr"]

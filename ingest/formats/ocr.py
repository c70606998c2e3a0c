"""Pictures of pages -> text, by the program tesseract when it is on the PATH."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import NotesError

_SCALE = 200 / 72
"""Of 200 dots an inch, which tesseract reads well."""
_LARGEST = 40_000_000
"""Dots of a page; larger ones are drawn smaller."""


@dataclass(frozen=True, slots=True)
class Ocr:
    """Where tesseract is."""

    program: str

    @classmethod
    def found(cls) -> Ocr | None:
        """On the PATH, or None."""
        program = shutil.which("tesseract")
        return cls(program) if program else None

    def pages(self, data: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """(number, text) of these pages of a PDF, counted from 1."""
        from pypdfium2 import PdfDocument, PdfiumError

        try:
            with PdfDocument(data) as document:
                for number in numbers:
                    page = document[number - 1]
                    width, height = page.get_size()
                    dots = max(width * height, 1) * _SCALE**2
                    scale = _SCALE * min(1.0, (_LARGEST / dots) ** 0.5)
                    picture = io.BytesIO()
                    page.render(scale=scale).to_pil().convert("L").save(picture, "PNG")
                    yield number, self._read(picture.getvalue())
        except PdfiumError as error:
            raise NotesError("its pages cannot be drawn for OCR: save it again") from error

    def _read(self, picture: bytes) -> str:
        done = subprocess.run(
            [self.program, "stdin", "stdout"], input=picture, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise NotesError(
                "tesseract failed: try `tesseract --version`, or set NOTEPROOF_OCR=false"
            )
        return done.stdout.decode("utf-8", "replace").replace("\f", "").strip()

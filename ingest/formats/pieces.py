"""Text put together page by page, each page remembered by its first line."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.formats.loaded import Loaded


def paged(pages: Iterable[tuple[str, str]], remark: str = "") -> Loaded:
    """(label, Markdown) of each page -> one text; pages without text leave no trace."""
    lines: list[str] = []
    starts: list[tuple[int, str]] = []
    for label, text in pages:
        body = text.strip("\n").splitlines()
        if not any(line.strip() for line in body):
            continue
        if lines:
            lines.append("")
        starts.append((len(lines) + 1, label))
        lines.extend(body)
    return Loaded("\n".join(lines) + "\n" if lines else "", tuple(starts), remark)

"""Markdown as Obsidian and Notion write it -> as a learner reads it. Line numbers stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

_KEY = re.compile(r"([A-Za-z_][\w -]*):(?:\s+(.*))?$")
_ENTRY = re.compile(r"\s*-\s+(.*)$")
_FENCE = re.compile(r"\s{0,3}(?:>\s?)*(`{3,}|~{3,})")
_EMBED = re.compile(r"!\[\[([^\[\]\n|]{1,400})(?:\|[^\[\]\n]*)?\]\]")
_LINK = re.compile(r"\[\[([^\[\]\n|]{1,400})(?:\|([^\[\]\n]{1,400}))?\]\]")
_LOCAL = re.compile(
    r"(?<!!)\[([^\[\]\n]{1,400})\]\((?!\w+:)[^()\s]*\.(?:md|csv|html)(?:#[^()\s]*)?\)"
)
_CALLOUT = re.compile(r"(\s*)>\s*\[!([\w-]{1,40})\][+-]?\s*(.*)$")
_QUOTED = re.compile(r"\s*>\s?(.*)$")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|pdf|mp3|mp4|wav)$", re.IGNORECASE)
_HIDDEN = re.compile(r"%%[^%\n]{0,1000}%%")
_MARKED = re.compile(r"==(?=\S)([^=\n]{1,1000})(?<=\S)==")
_ANCHOR = re.compile(r"\s\^[\w-]{1,40}$")
_CODE = re.compile(r"(`+[^`\n]*`+)")
_NOTION_ID = re.compile(r"[ _-]?\b[0-9a-f]{32}\b(?=\.|/|$)")
FRONT = 400
"""Lines that front matter may have."""


def read_markdown(text: str) -> str:
    """The text a learner reads, a line for each line of the file."""
    lines = text.splitlines()
    end = front_end(lines)
    shown = "\n".join([*_front(lines[:end], lines[end:]), *_body(lines[end:])])
    return f"{shown}\n" if text.endswith("\n") else shown


def without_id(name: str) -> str:
    """A path of a Notion export without the ids in it."""
    return _NOTION_ID.sub("", name)


def front_end(lines: Sequence[str]) -> int:
    """How many lines the YAML at the top takes; 0 when there is none, but a rule."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:FRONT], 1):
        if line.rstrip() in ("---", "..."):
            return number + 1
        yaml = _KEY.match(line) or _ENTRY.match(line) or line.startswith((" ", "\t", "#"))
        if not yaml and line.strip():
            return 0
    return 0


def _front(lines: Sequence[str], body: Sequence[str]) -> list[str]:
    """The title as a heading when the body has none of its own; tags and aliases in a sentence."""
    if not lines:
        return []
    shown = [""] * len(lines)
    found = _values(lines)
    titled = any(line.startswith("# ") for line in body)
    for key, (number, values) in found.items():
        said = ", ".join(value for value in values if value)
        if key == "title" and said and not titled:
            shown[number] = f"# {said}"
        elif key in ("tags", "aliases") and said:
            shown[number] = f"{key.capitalize()}: {said}."
    return shown


def _values(lines: Sequence[str]) -> dict[str, tuple[int, list[str]]]:
    """Key -> its line and its values, of a list in either way of writing."""
    found: dict[str, tuple[int, list[str]]] = {}
    key = ""
    for number, line in enumerate(lines):
        if match := _KEY.match(line):
            key = {"tag": "tags", "alias": "aliases"}.get(match[1].lower(), match[1].lower())
            value = (match[2] or "").strip()
            inner = value.strip("[]").split(",") if value.startswith("[") else [value]
            found[key] = (number, [_plain(part) for part in inner])
        elif key and (entry := _ENTRY.match(line)):
            found[key][1].append(_plain(entry[1]))
    return found


def _plain(value: str) -> str:
    return value.strip().strip("\"'").strip().lstrip("#").strip()


def _body(lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    fence, quoted = "", False
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            shown.append(line)
            continue
        if fence:
            shown.append(line)
            continue
        text = line
        if head := _CALLOUT.match(line):
            quoted = True
            text = head[1] + (head[3] or head[2].replace("-", " ").capitalize())
        elif quoted and (inner := _QUOTED.match(line)):
            text = inner[1]
        else:
            quoted = False
        shown.append(_inline(text))
    return shown


def _inline(line: str) -> str:
    parts = _CODE.split(line)
    for place in range(0, len(parts), 2):
        part = _HIDDEN.sub("", parts[place])
        part = _EMBED.sub(lambda m: "" if _PICTURE.search(m[1].strip()) else _target(m[1]), part)
        part = _LINK.sub(lambda m: (m[2] or _target(m[1])).strip(), part)
        part = _LOCAL.sub(r"\1", part)
        parts[place] = _MARKED.sub(r"\1", part)
    return _ANCHOR.sub("", "".join(parts))


def _target(link: str) -> str:
    """`Note#Heading` as words; `#Heading` is the heading."""
    note, _, heading = link.partition("#")
    heading = "" if heading.startswith("^") else heading.strip()
    return " > ".join(part for part in (note.strip(), heading) if part)

"""Lines of a pasted text become rows: a line may hold several options, a label the row below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quiz.paste.answers import Statement, is_bare, names_in, statements_of
from quiz.paste.marks import Mark
from quiz.paste.rows import Row, name_and_style, place_of, row_kind, row_of
from quiz.paste.text import is_cut, is_noise, normal

_INSIDE = re.compile(
    r"(?<=\s)(?:\((?P<round>[A-Za-z]|\d{1,2})\)|\[(?P<square>[A-Za-z]|\d{1,2})\]"
    r"|(?P<name>[A-Za-z]|\d{1,2})(?P<end>[.):]))(?=\s)"
)
_ANSWER_INSIDE = re.compile(
    r"\s(?=\(?(?:(?:the|my|your|correct|right)\s)*(?:answers?|ans|correct|explanation)\s*:)", re.I
)
_SPOKEN = re.compile(
    r"""(?<![\w'])(?:but\s+)?(?:i\s+(?:chose|picked|selected|answered|said|went\s+(?:with|for))
    | my\s+(?:answer|choice|pick)\s*(?:was|is|:|=))\s*:?\s*(?:option\s+)?
    [(\[]?(?:[A-Za-z]|\d{1,2})[)\]]?(?=\s*(?:[.,;!]|$))""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The mark of an option inside a line: its place there, name and style."""

    start: int
    end: int
    name: str
    style: str


def read_rows(lines: Sequence[str]) -> list[Row]:
    """A row for every line, more where a line holds several options, none for noise."""
    spoken = [part for line in lines if not is_noise(line) for part in _spoken(line)]
    rows = [row_of(line) for line in spoken]
    parts = [
        part for index, row in enumerate(rows) for part in _parts(row, _following(rows, index))
    ]
    return _tagged(_without_lone_letters(parts))


def _spoken(line: str) -> list[str]:
    """'I picked (b). What is it?' holds an answer and a question."""
    said = _SPOKEN.search(line)
    if said is None or row_of(line).kind != "plain":
        return [line]
    parts = (line[: said.start()], said.group(), line[said.end() :].lstrip(" .,;!"))
    return [part for part in parts if part.strip()]


def _following(rows: Sequence[Row], index: int) -> str:
    """The name that the next row with content begins with, or ''."""
    return next((row.name for row in rows[index + 1 : index + 4] if row.kind != "blank"), "")


def _parts(row: Row, following: str) -> Iterator[Row]:
    """The options that stand on one line, and an answer after the last of them."""
    if row.kind in ("blank", "cut", "answer"):
        yield row
        return
    cuts = _chain(row, following)
    first = row if not cuts else _shortened(row, row.raw[: cuts[0].start].rstrip())
    parts = [first] if first.raw else []
    ends = [*(cut.start for cut in cuts), len(row.raw)][1:]
    for cut, end in zip(cuts, ends, strict=True):
        raw, text = row.raw[cut.start : end].strip(), row.raw[cut.end : end].strip()
        parts.append(Row(row_kind(cut.name), text, raw, cut.name, cut.style, joined=bool(parts)))
    if cuts and all(part.text.endswith((",", ";")) for part in parts[-len(cuts) : -1]):
        parts = [_without_comma(part) for part in parts]
    for part in parts:
        yield from _before_answer(part)


def _without_comma(part: Row) -> Row:
    return replace(part, text=part.text.rstrip(",; ")) if part.name else part


def _before_answer(part: Row) -> Iterator[Row]:
    """'D. Qux Answer: B' is an option and an answer; 'What is it? Answer: B' a stem and one."""
    cut = _ANSWER_INSIDE.search(part.raw)
    head, rest = (part.raw[: cut.start()], part.raw[cut.end() :]) if cut else (part.raw, "")
    said = tuple(statements_of(rest))
    if not _ends_with(part, _shortened(part, head), rest, said):
        yield part
        return
    yield _shortened(part, head)
    yield Row("answer" if said else "cut", rest, rest, joined=True, statements=said)


def _ends_with(part: Row, head: Row, rest: str, said: Sequence[Statement]) -> bool:
    """Whether what follows an option or a stem on its line is an answer or an explanation."""
    if not part.name:
        bare = [is_bare(one.value) or _is_truth(one.value) for one in said]
        return bool(said) and all(bare) and head.raw.endswith((".", "?"))
    named = [names_in(one.value) is not None or _is_truth(one.value) for one in said]
    return bool(head.text) and (all(named) if said else is_cut(rest))


def _is_truth(value: str) -> bool:
    return normal(value) in ("true", "false")


def _shortened(row: Row, raw: str) -> Row:
    return replace(row, raw=raw, text=row.text[: max(0, len(raw) - len(row.raw) + len(row.text))])


def _chain(row: Row, following: str) -> list[Cut]:
    """Where options begin inside a line."""
    chain: list[Cut] = []
    last = (row_kind(row.name), place_of(row.name), row.style) if row.name else None
    led = last is not None
    for match in _INSIDE.finditer(row.raw):
        name, style = name_and_style(match)
        here = Cut(match.start(), match.end(), name, style)
        if last == (row_kind(name), place_of(name) - 1, style):
            chain.append(here)
        elif place_of(name) == 0:
            chain = [here]
            led = False
        else:
            continue
        last = (row_kind(name), place_of(name), style)
    if not chain or "?" in row.raw[chain[0].start :]:
        return []
    return chain if _believed(row, chain, led, following) else []


def _believed(row: Row, chain: Sequence[Cut], led: bool, following: str) -> bool:
    """Whether a chain is a list of options and not prose: 'needs a) speed and b) low cost'."""
    goes_on = bool(following) and place_of(following) == place_of(chain[-1].name) + 1
    if led:
        return goes_on or not following or place_of(following) == 0
    before = row.raw[: chain[0].start].rstrip()
    if row.kind in ("upper", "lower", "number") and not before.endswith(("?", ":")):
        return False
    ended = not before or before.endswith(("?", ":", ".", "!", ")", "_"))
    return (ended and (len(chain) > 1 or goes_on)) or len(chain) > 2


def _without_lone_letters(rows: Sequence[Row]) -> list[Row]:
    """A letter alone on its line is a mark when its option stands under it, else an option."""
    found: list[Row] = []
    for index, row in enumerate(rows):
        under = next((one.kind for one in rows[index + 1 : index + 3] if one.kind != "blank"), "")
        lone = row.style == "alone" and under != "plain"
        found.append(Row("plain", row.raw, row.raw) if lone else row)
    return found


def _tagged(rows: Sequence[Row]) -> list[Row]:
    """A label without a value speaks of the row below: its answer, or the option it marks."""
    found: list[Row] = []
    seen: set[str] = set()
    waiting: list[int] = []
    for row in rows:
        if waiting and _is_value(row, seen):
            waiting = waiting[-1:]
            found[waiting[0]] = _with_value(found[waiting[0]], row)
            continue
        if waiting and row.kind not in ("blank", "answer"):
            found.append(_with_tags(row, [found[place] for place in waiting]))
            waiting = []
        else:
            found.append(row)
        if row.kind == "answer" and not row.valued:
            waiting.append(len(found) - 1)
        elif row.kind not in ("blank", "answer"):
            seen |= {normal(row.text), row_kind(row.name) if row.name else ""}
    return found


def _is_value(row: Row, seen: set[str]) -> bool:
    """Whether a row below a label names options, or repeats one from above."""
    if row.kind in ("blank", "answer", "cut"):
        return False
    named = is_bare(row.raw) and ("number" in seen or not row.raw.isdigit())
    return named or normal(row.text) in seen


def _with_value(label: Row, row: Row) -> Row:
    said = tuple(
        replace(one, value="\n".join(filter(None, (one.value, row.raw))))
        for one in label.statements
    )
    return replace(label, statements=said)


def _with_tags(row: Row, labels: Sequence[Row]) -> Row:
    if row.kind in ("answer", "cut"):
        return row
    tags: set[Mark] = {
        one.role for label in labels for one in label.statements if one.role != "select"
    }
    return replace(row, marks=row.marks | tags)

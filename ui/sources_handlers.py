"""What the left column does when the learner does something: plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import NoteproofError
from ui import handlers
from ui.ports import Keeper, Model, Shelf

if TYPE_CHECKING:
    from ingest.uploads import Removal


class Notes(Shelf, Keeper, Protocol):
    """Notes that can be read and changed."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Of one session: the unticked notes, what it removed, and what went wrong last.

    `only` is the one note to be asked; one that comes later is not asked either.
    """

    off: frozenset[str] = frozenset()
    removed: tuple[Removal, ...] = ()
    problem: str = ""
    only: str = ""


def act(notes: Notes, model: Model, ticks: Ticks, action: Mapping[str, object]) -> Ticks:
    """After a tick, a button, or a choice of a source's menu."""
    name = str(action.get("note", ""))
    ticks = replace(ticks, problem="")
    try:
        match action.get("do"):
            case "only":
                return replace(ticks, off=all_but(notes, name), only=name)
            case "all":
                return replace(ticks, off=frozenset(), only="")
            case "renamed":
                return _renamed(ticks, name, str(action.get("to", "")))
            case "remove":
                return replace(ticks, removed=(*ticks.removed, notes.remove(name)))
            case "undo-remove":
                return _undo(notes, ticks, action.get("number"))
            case "take-back":
                return _take_back(notes, ticks, name, str(action.get("identity", "")))
    except NoteproofError as error:
        return replace(ticks, problem=str(error))
    only = "" if action.get("do") == "choose" else ticks.only
    return replace(ticks, off=handlers.act_on_sources(notes, model, ticks.off, action), only=only)


def unticked(notes: Shelf, ticks: Ticks) -> frozenset[str]:
    """The notes that are not to be asked, of those there are now."""
    return (all_but(notes, ticks.only) if ticks.only else frozenset()) or ticks.off


def all_but(notes: Shelf, name: str) -> frozenset[str]:
    """The names to untick so that only this note is asked."""
    names = {source.name for source in notes.sources() if not source.problem}
    return frozenset(names - {name}) if name in names else frozenset()


def _renamed(ticks: Ticks, old: str, new: str) -> Ticks:
    off = ticks.off - {old} | {new} if old in ticks.off else ticks.off
    return replace(ticks, off=off, only=new if ticks.only == old else ticks.only)


def _undo(notes: Notes, ticks: Ticks, number: object) -> Ticks:
    if not isinstance(number, int) or not 0 <= number < len(ticks.removed):
        return ticks
    notes.take_back(ticks.removed[number])
    left = (removal for place, removal in enumerate(ticks.removed) if place != number)
    return replace(ticks, removed=tuple(left))


def _take_back(notes: Notes, ticks: Ticks, name: str, identity: str) -> Ticks:
    from ingest.uploads import Removal

    notes.take_back(Removal(name, identity=identity))
    return replace(ticks, removed=tuple(r for r in ticks.removed if r.identity != identity))


def rename(notes: Notes, wanted: Mapping[str, Any]) -> dict[str, str]:
    """The new name of a note, or the problem why it has none."""
    try:
        return {"name": notes.rename(str(wanted.get("note")), str(wanted.get("to")))}
    except NoteproofError as error:
        return {"problem": str(error)}

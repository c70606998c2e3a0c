"""What a sentence is about: lines about something else prove nothing of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from core.function_words import FUNCTION_WORDS
from core.text import WORD, strip_marker, words
from core.types import EvidenceLine

Thing = tuple[str, ...]
"""The words of its name, in lower case and in order."""
LONGEST = 6
"""Words; a longer heading, or beginning of a line, is no name."""
_SUBJECT_ENDS = re.compile(
    r"\s+(?:is|are|was|were|can|could|may|must|should|will|has|have|had|do|does"
    r"|[a-z]{2,}[^\Wsu]s)\b|\s*[:;=(]|\s[-–—]+\s"
)
_BESIDE = re.compile(r"\s*(?:,|/|\band\b|\bor\b|\bvs\.?(?=\s)|\bversus\b)\s*", re.IGNORECASE)
_NAME_ENDS = re.compile(r"\s[-–—=]+>?\s|[:=(\[|]|\t")
_AGAINST = re.compile(r"[,;]?\s+\b(?:while|whereas|but|unlike)\s+|,\s+and\s+|;\s+", re.IGNORECASE)
"""What parts a sentence about two things."""
_PRONOUNS = frozenset("it its they their this these that those".split())
_ARTICLES = frozenset("a an the its this that each every both".split())
_YES_OR_NO = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had)\b", re.I
)


def things_in(evidence: Sequence[EvidenceLine]) -> frozenset[Thing]:
    """What lines name: by their headings, and by what they define at their beginning."""
    found: set[Thing] = set()
    for item in evidence:
        for text in item.path:
            found |= {_short(text), _short(_NAME_ENDS.split(text, maxsplit=1)[0])}
        head, *rest = _NAME_ENDS.split(strip_marker(item.line.text), maxsplit=1)
        if rest:
            found.add(_short(head))
    return frozenset(thing for thing in found if not FUNCTION_WORDS.issuperset(thing))


def _short(text: str) -> Thing:
    found = words(text)
    return tuple(found) if len(found) <= LONGEST else ()


def sides(text: str, things: Collection[Thing]) -> list[str]:
    """The parts of a sentence that are each about something of their own; itself if it has one."""
    parts = _AGAINST.split(text)
    cuts = [*_AGAINST.finditer(text)]
    own = [cut for cut, part in zip(cuts, parts[1:], strict=True) if _has_subject(part, things)]
    starts, ends = [0, *(cut.end() for cut in own)], [*(cut.start() for cut in own), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _has_subject(part: str, things: Collection[Thing]) -> bool:
    """Whether a part of a sentence names something before its verb."""
    beginning = _SUBJECT_ENDS.search(part)
    if beginning is None:
        return False
    named = names_in(f" {part[: beginning.start()]}")  # so that its first word may be a name
    return bool(_beginning(part, things)) or any(named)


def subjects_of(
    text: str, things: Collection[Thing], tells: Callable[[str], bool]
) -> list[list[Thing]]:
    """What a sentence is about; for each of several named beside each other, what it may be.

    The thing that its grammatical subject names, and every other word there that `tells` it from
    like things; where there is none, the first name in the sentence that is written with
    capitals; [] where there is none either, and when a pronoun stands for it.
    """
    found = _beginning(text, things, tells)
    if not found and not begins_with_pronoun(text):
        found = [[tuple(word for word in run if tells(word)) or run] for run in names_in(text)][:1]
    return found


def _beginning(
    text: str, things: Collection[Thing], tells: Callable[[str], bool] = lambda _: False
) -> list[list[Thing]]:
    """What stands before the verb: one thing of a phrase, any of a longer clause.

    A sentence whose verb is not known, such as one of another language, is such a clause.
    """
    found: list[list[Thing]] = []
    verb = _SUBJECT_ENDS.search(text)
    for part in _BESIDE.split(text[: verb.start()] if verb else text):
        said, named = words(part), _named(part, things)
        if len(said) > LONGEST or verb is None:
            found.append(named)
            continue
        thing = max(named, key=len, default=())
        plain = not FUNCTION_WORDS.difference(_ARTICLES) & {*said[:1]}
        more = [word for word in said if word not in thing and tells(word)] if plain else []
        found.append([(*thing, *more)] if thing or more else [])
    return [named for named in found if named]


def _named(text: str, things: Collection[Thing]) -> list[Thing]:
    """The things that a text names, none inside another: with capitals first, then from behind."""
    written, said = WORD.findall(text), words(text)
    found: list[tuple[bool, int, Thing]] = []
    start = 0
    while start < len(said):
        longest = min(LONGEST, len(said) - start)
        runs = (tuple(said[start : start + size]) for size in range(longest, 0, -1))
        thing = next((run for run in runs if _is_one(run, things)), ())
        if thing:
            capital = any(map(str.isupper, "".join(written[start : start + len(thing)])))
            found.append((capital, start, thing))
        start += len(thing) or 1
    return [thing for _, _, thing in sorted(found, reverse=True)]


def _is_one(run: Thing, things: Collection[Thing]) -> bool:
    """Whether it is a thing, in the plural or not."""
    last = run[-1]
    return any((*run[:-1], form) in things for form in (last, f"{last}s", last.removesuffix("s")))


def names_in(text: str) -> Iterator[Thing]:
    """Runs of words written with capitals; not the first word if it is plain and stands alone.

    >>> [*names_in("Use Amazon Kinesis Data Streams with S3")]
    [('amazon', 'kinesis', 'data', 'streams'), ('s3',)]
    """
    run: list[re.Match[str]] = []
    for found in WORD.finditer(text):
        if run and (between := text[run[-1].end() : found.start()]).strip() and between != "-":
            yield from _name(run)
            run = []
        word = found.group()
        written = any(map(str.isupper, word)) or (run and word[0].isdigit())
        if written and word.lower() not in FUNCTION_WORDS:
            run.append(found)
        else:
            yield from _name(run)
            run = []
    yield from _name(run)


def _name(run: Sequence[re.Match[str]]) -> Iterator[Thing]:
    written = [found.group() for found in run]
    special = sum(c.isupper() or c.isdigit() for word in written for c in word) > 1
    if run and (run[0].start() or special):
        yield tuple(word for text in written for word in words(text))


def begins_with_pronoun(text: str) -> bool:
    """Whether a sentence only points at what it is about."""
    return not _PRONOUNS.isdisjoint(words(text)[:1])


def asks_whether(question: str) -> bool:
    """Whether it is answered by yes or no: then its own words are what is to be proven."""
    return _YES_OR_NO.match(question) is not None

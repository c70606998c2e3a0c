"""What the notes say of a concept: the lines under it, sorted out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

from core.function_words import FUNCTION_WORDS
from core.practice import Fact
from core.text import strip_marker, words
from quiz.concepts.terms import read_term
from quiz.concepts.tree import Node

LONGEST = 45
"""Words; a longer line is an essay, not a fact that an option can hold."""
DEEPEST = 2
_NO_FACT = re.compile(
    r"https?://|www\.|[A-Za-z]:\\|^check\b|\bpage\s*\d|^lab\b|^e\.?g\.?\b|^i\.e|@{2}|\|", re.I
)
_LEFT_OPEN = frozenset("and or but with the a an of to in for by from your that which".split())
_CARRIED_ON = frozenset("and or but so also thus then this these those therefore however".split())
_ENDS = re.compile(r"^(?:[\s–—>=•*]|-(?![\d(.]))+|[\s–—>=•*-]+$")
"""Marks around a text; a minus before a number or a bracket is none of them."""
_ASIDE = re.compile(r"\s*[(\[]\s*(?:e\.?g\.?|i\.e\.?|ex:|pdf|page)[^()\[\]]*[)\]]", re.I)


def fact_key(concept: str, text: str) -> str:
    """Names a tested fact across restarts, renamed files and moved lines.

    Sixteen hex digits over the words of the concept and of what is said of it.
    """
    same = " ".join(words(concept)) + "\0" + " ".join(words(text))
    return hashlib.blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def facts_below(node: Node, is_name: Callable[[Node], bool]) -> Iterator[Fact]:
    """The facts under a concept's heading; sub-headings are kept, other concepts left alone."""
    for child in node.children:
        yield from _facts(child, "", is_name, 0)


def _facts(node: Node, heading: str, is_name: Callable[[Node], bool], depth: int) -> Iterator[Fact]:
    term = read_term(node.title)
    if node.children:
        if is_name(node) or depth >= DEEPEST:
            return
        title = term.name if term else clean(node.title)
        for child in node.children:
            yield from _facts(child, title, is_name, depth + 1)
        if len(words(node.title)) > 6 and is_fact(clean(node.title)):
            yield Fact(node.line, clean(node.title), heading)
        return
    if is_name(node):
        return
    text = clean(node.line.text)
    if term and term.says and not heading and len(words(term.name)) <= 4:
        said = clean(term.says)
        if is_fact(said) and _is_label(node, term.name):
            yield Fact(node.line, said, term.name)
            return
    if is_fact(text):
        yield Fact(node.line, text, heading)


def _is_label(node: Node, name: str) -> bool:
    """`Use cases: ...` names a part of the concept; `Input: ...` too, when siblings do as well."""
    beside = node.parent.children if node.parent else []
    return len(words(name)) <= 3 and sum(":" in other.title for other in beside) * 2 > len(beside)


def is_fact(text: str) -> bool:
    """Whether a text says something that can be asked: not an address, a fragment, an essay."""
    found = words(text)
    telling = [word for word in found if word not in FUNCTION_WORDS and not word.isdigit()]
    if not telling or len(found) > LONGEST or _NO_FACT.search(text):
        return False
    if text.endswith((":", ";", "?", "…", "..", "->")) or text.count("(") != text.count(")"):
        return False
    if found[-1] in _LEFT_OPEN or found[0] in _CARRIED_ON:
        return False
    return len(telling) > 1 or len(telling[0]) > 3


def clean(text: str) -> str:
    """A line's own words: no marks, no asides such as "(e.g. ...)", no lone quotes."""
    body = _whole_quotes(_ASIDE.sub("", strip_marker(text)))
    return _ENDS.sub("", " ".join(body.split()))


def _whole_quotes(text: str) -> str:
    """Quotes that are opened or closed only are slips of the pen, and go."""
    if text.count("“") != text.count("”"):
        text = re.sub("[“”]", "", text)
    return text if text.count('"') % 2 == 0 else text.replace('"', "")

"""Questions that a note answers: past ones, and ones made of its facts, each with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from chat.facts import Fact, NoteFacts
from chat.phrases import (
    DOES,
    DONE,
    IS,
    POINTING,
    RELATIVE,
    THIRD_PERSON,
    VAGUE,
    base_form,
    decapitalised,
    defines,
    first_sentence,
    plural,
    subject_of,
)
from chat.suggestions import looks_like_a_name
from core.function_words import FUNCTION_WORDS, NEGATIONS
from core.text import words
from proof.claims import Claim, stands_among

NEWS = 2
"""Words of its line that a question must not hold already: they are the answer."""
MAX_WORDS = 18
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|no|twice|once)\b")
_COUNTING = re.compile(r"^(?:how (?:many|much|long|large|big|old|often|far)|when)\b", re.IGNORECASE)
SIDES = 3
"""Things that have a side of the same name, from which it may be asked for."""


Form = Callable[[Fact], Iterator[tuple[str, str]]]
"""A fact -> what is asked about, and the question."""


class Asking:
    """Makes and checks questions on one note."""

    def __init__(self, note: NoteFacts) -> None:
        self._note = note
        self._known = [(fact, _words(fact)) for fact in note.facts]
        self._text = "\n".join(line.text for line in note.lines)

    def made(self, count: int) -> list[str]:
        """At most `count` questions made of facts, of the main headings with most of them."""
        taken: set[str] = set()
        close = (self._attribute, self._what, self._does, self._means)
        chosen = self._spread(self._by_section(close, taken), count)
        if len(chosen) < count:
            chosen += self._spread(self._by_section((self._told,), taken), count - len(chosen))
        return chosen

    def _by_section(self, forms: Sequence[Form], taken: set[str]) -> dict[str, list[str]]:
        """Questions by main heading, one about each thing."""
        found: dict[str, list[str]] = {}
        for form in forms:
            for fact in self._note.facts:
                for about, question in form(fact):
                    if about.lower() not in taken and self.answers(question, fact):
                        taken.add(about.lower())
                        found.setdefault(fact.section, []).append(question)
        return found

    def _spread(self, by_section: dict[str, list[str]], count: int) -> list[str]:
        """One of each of the main headings with most facts, then one of each again."""
        chosen: list[str] = []
        main = [section for section in self._note.main(count) if section in by_section]
        others = [section for section in by_section if section not in main]
        while len(chosen) < count and any(by_section.values()):
            for section in (*main, *others):
                if by_section[section] and len(chosen) < count:
                    chosen.append(by_section[section].pop(0))
        return chosen

    def answers(self, question: str, fact: Fact) -> bool:
        """Whether that fact, and rather than any other, answers a question that stands alone."""
        asked = Claim.of(question).tokens
        line, known = set(words(fact.line.text)), _words(fact)
        told = [w for w in Claim.of(fact.text).tokens if not stands_among(w, set(asked))]
        if len(words(question)) > MAX_WORDS or len(told) < NEWS:
            return False
        if not asked or not all(stands_among(word, known) for word in asked):
            return False
        if _COUNTING.match(question) and not _NUMBER.search(fact.text):
            return False
        if fact.subject and not self._names(question, fact):
            return False
        mine = self._share(asked, fact)
        rivals = sum(
            self._share(asked, other) > mine
            for other, held in self._known
            if other is not fact and line and all(stands_among(w, held) for w in asked)
        )
        return rivals == 0

    def _names(self, question: str, fact: Fact) -> bool:
        """Whether it names what the fact is about: all its heading's words, or its line's own."""
        asked = set(words(question))
        subject = [
            w for w in words(re.sub(r"\(.*?\)", "", fact.subject)) if w not in FUNCTION_WORDS
        ]
        if subject and all(stands_among(word, asked) for word in subject):
            return True
        own = subject_of(fact.text) or fact.key
        plain = [w for w in words(own) if w not in FUNCTION_WORDS]
        return bool(plain) and all(stands_among(word, asked) for word in plain)

    def _share(self, asked: frozenset[str], fact: Fact) -> float:
        """How much of a question's words, the rare ones most, the line itself or its key hold."""
        line, count = set(words(f"{fact.subject} {fact.line.text}")), len(self._note.lines) + 1
        return sum(
            math.log(count / (1 + self._note.frequency[word]) + 1)
            for word in asked
            if stands_among(word, line)
        )

    def _what(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """`What is X?` where the line says what X is."""
        sentence = first_sentence(fact.text)
        if fact.key:
            if looks_like_a_name(fact.key) and defines(sentence):
                yield fact.key, f"What is {fact.key}?"
            return
        match = IS.match(sentence)
        if match and self._is_subject(match["who"]):
            who = decapitalised(match["who"], self._text)
            yield match["who"], f"What {match['verb']} {who}?"
        match = DONE.match(sentence)
        if match and self._is_subject(match["who"]):
            who = decapitalised(match["who"], self._text)
            yield match["who"], f"What {match['verb']} {who} {match['done']} {match['prep']}?"
        subject = self._phrase(fact.subject)
        if subject and not plural(fact.subject) and defines(sentence):
            yield fact.subject, f"What is {subject}?"

    def _does(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """`What does X do?` where the line says it with a verb."""
        if fact.key:
            return
        sentence = first_sentence(fact.text)
        match = DOES.match(sentence)
        if match and self._is_subject(match["who"], singular=True):
            who = decapitalised(match["who"], self._text)
            yield match["who"], f"What does {who} {base_form(match['verb'])}?"
        first = sentence.partition(" ")[0] if sentence else ""
        subject = self._phrase(fact.subject)
        if subject and THIRD_PERSON.match(first):
            yield fact.subject, f"What {'do' if plural(fact.subject) else 'does'} {subject} do?"

    def _attribute(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """`What is the purpose of X?` for a side that several things have."""
        side = fact.key or (fact.path[-1] if fact.path else "")
        if not fact.subject or self._note.sides[side.lower()] < SIDES or len(side.split()) > 1:
            return
        subject = self._phrase(fact.subject)
        if subject and not plural(subject) and side.isalpha() and not looks_like_a_name(side):
            yield (
                fact.subject,
                f"What {'are' if plural(side) else 'is'} the {side.lower()} of {subject}?",
            )

    def _means(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """`What does “X” mean?` for a key that one line explains."""
        found = fact.key.lower().split()
        if self._note.sides[fact.key.lower()] > 1 or not 2 <= len(found) <= 4:
            return
        plain = all(word.strip("()").replace("-", "").isalnum() for word in found)
        said = FUNCTION_WORDS & set(words(fact.text)) and fact.text[:1].isalpha()
        if plain and said and not FUNCTION_WORDS & set(found):
            yield fact.key, f"What does “{decapitalised(fact.key, self._text)}” mean?"

    def _told(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """`What do these notes say about X?`, when nothing closer can be asked."""
        name = " ".join(re.sub(r"\([^()]*\)", "", fact.subject or fact.section).split())
        if name and len(words(name)) <= 6 and not re.search(r"[?=;]", name):
            yield name, f"What do these notes say about {decapitalised(name, self._text)}?"

    def _phrase(self, name: str) -> str:
        """A heading as it stands in a sentence; "" when the note does not tell its article."""
        plain = " ".join(re.sub(r"\([^()]*\)", "", name).split())
        if not plain or len(words(plain)) > 6 or not plain[0].isalnum() or ":" in plain:
            return ""
        if looks_like_a_name(plain):
            return plain
        low = decapitalised(plain, self._text)
        found = re.search(rf"\b(an?|the) {re.escape(plain)}\b", self._text, re.IGNORECASE)
        if plural(plain) and " and " not in plain:
            return low
        return f"{found.group(1).lower()} {low}" if found else ""

    def _is_subject(self, text: str, *, singular: bool = False) -> bool:
        """Whether words before a verb are one noun phrase that stands alone."""
        found = text.split()
        lower = [word.lower() for word in found]
        if not 1 <= len(found) <= 6 or lower[0] in POINTING | VAGUE:
            return False
        if RELATIVE & set(lower) or any(word in NEGATIONS for word in lower):
            return False
        return not (singular and any(plural(word) for word in found))


def _words(fact: Fact) -> set[str]:
    return set(words(f"{' '.join(fact.line.path)} {fact.line.text}"))


def past_question(stem: str) -> str:
    """A stem as it may be suggested: a blank at its beginning or end is what is asked for."""
    if stem.startswith("____ "):
        stem = f"What {stem[5:].rstrip('.')}?"
    match = re.match(r"^(?P<who>[^_]{2,60}) (?P<verb>has|[a-z]{2,}s) ____\.?$", stem)
    return f"What does {match['who']} {base_form(match['verb'])}?" if match else stem


def spread(questions: Sequence[str], count: int) -> list[str]:
    """At most `count` of them, no two alike, from all over."""
    found = list(dict.fromkeys(questions))
    if len(found) <= count:
        return found
    return [found[i * len(found) // count] for i in range(count)]

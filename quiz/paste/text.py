"""Pasted text made plain: lines without mark-up, odd spaces, and what exam sites put around."""

from __future__ import annotations

import html
import re

LIMIT = 20_000
"""Characters of one pasted question; what stands after them is not read."""

_BREAK = re.compile(r"<(?:/?(?:p|div|li|ul|ol|tr|h[1-6])(?:\s[\w-]+=[^<>]*)?|[bh]r\s*/?)>", re.I)
_TAG = re.compile(
    r"</?(?:b|strong|i|em|u|a|span|font|label|input|small|t[dh]|table|tbody)(?:\s[\w-]+=[^<>]*)?/?>",
    re.I,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*\n]{1,400})\*\*(?![\w*])")

_INVISIBLE = (
    *range(0x09),
    *range(0x0E, 0x1C),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x206A),
    0xFE0E,
    0xFE0F,
    0xFEFF,
)
_PLAIN: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    0x09: "  ",
    0x20E3: ")",
}
_CIRCLED = {
    **{chr(0x2460 + place): str(place + 1) for place in range(20)},
    **{chr(0x24B6 + place): chr(0x41 + place) for place in range(26)},
    **{chr(0x24D0 + place): chr(0x61 + place) for place in range(26)},
}
_NOISE = re.compile(
    r"""q(?:uestion)?\s*\#?\d{1,4}\s*(?:of|/)\s*\d{1,4} | \d{1,4}\s+of\s+\d{1,4}
    | (?:not\s+|un)?answered | (?:partially\s+)?correct | incorrect | skipped | wrong
    | (?:un)?mark(?:ed)?\s+for\s+review | flag(?:ged)?(?:\s+(?:this\s+)?question)? | bookmark(?:ed)?
    | (?:show|hide|reveal|view|check)\s+(?:the\s+)?(?:answers?|solution|explanation|hint)
    | (?:single|multiple)[\s-](?:choice|select|response|selection)(?:\s+question)?
    | \d+(?:\.\d+)?\s*(?:/|of|out\s+of)\s*\d+(?:\.\d+)?\s*(?:points?|marks?|pts?) | 1\s+point
    | (?:discussion|comments)\s+\(?\d+\)? | time\s+(?:left|remaining)\s*:?\s*[\d:]+
    | topic\s+\d+ | most\s+voted
    | previous | next(?:\s+question)? | submit(?:\s+answer)? | report(?:\s+(?:a\s+)?problem)?
    | [-=_*~\u2500\u2014]{3,}""",
    re.I | re.X,
)
_CUT = re.compile(
    r"""(?:(?:overall|general|detailed|answer|correct\s+answer)\s+)?
    (?:expl(?:n|ai?nation|nation|antion)?|exp|epln|rationale|reason(?:ing)?)s?
    \s*(?:/\s*references?)?\s*[:\u2013-]
    | (?:(?:overall|general|detailed|answer)\s+)?explanations?(?:\s*/\s*references?)?\W?$
    | references?\s*(?::|$) | (?:discussion|domain)\s*:
    | community\s+vote""",
    re.I | re.X,
)
_CHAT = re.compile(
    r"""(?:why|(?:can|could)\s+(?:you|someone|anyone)|am\s+i|is\s+(?:this|that|it|my)|any\s+idea|
    what\s+is\s+wrong|was\s+i|which\s+is\s+right)\b.*\?
    | (?:why\s+(?:is|not|am)|i\s+(?:don.?t|do\s+not|was|got)|thanks|thank\s+you)\b.*
    | (?:please|pls)\b.*
    | explain(?:\s+(?:this|it|why|me|to|the\s+answer|each|all|every)\b.*)?[.!]?""",
    re.I | re.X,
)


def clean_lines(text: str) -> list[str]:
    """The lines of the first `LIMIT` characters; tabs and wide gaps are two spaces or more."""
    text = _ENTITY.sub(_character, _TAG.sub("", _BREAK.sub("\n", text[:LIMIT])))
    text = text.encode(errors="ignore").decode()
    text = _BOLD.sub(r"\1", text.translate(_PLAIN))
    return [_uncircled(line) for line in text.splitlines()]


def tidy(text: str) -> str:
    """One line, single spaces."""
    return " ".join(text.split())


def normal(text: str) -> str:
    """What makes two options the same: no case, no outer punctuation; signs inside count."""
    return tidy(text).casefold().strip(" .,;:'\"")


def is_noise(line: str) -> bool:
    """Whether a site put the line there: 'Question 5 of 65', 'Mark for review', a rule."""
    return bool(_NOISE.fullmatch(line.strip(" :.")) or _NOISE.fullmatch(line))


def is_cut(line: str) -> bool:
    """Whether an explanation, a reference or a discussion begins here."""
    return bool(_CUT.match(line))


def is_chat(line: str) -> bool:
    """Whether the learner speaks about the question: 'Why is B wrong?'."""
    return bool(_CHAT.fullmatch(line))


def _character(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _uncircled(line: str) -> str:
    body = line.lstrip()
    name = _CIRCLED.get(body[:1])
    return f"({name}) {body[1:]}" if name else line

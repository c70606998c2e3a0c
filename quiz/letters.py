"""A model's letter among the options of a question, as probabilities."""

from __future__ import annotations

import math
import re

from core.errors import MalformedOutput
from providers.chunks import TokenLogprob

LETTERS = "ABCDEFGHIJ"
_LETTER = re.compile(r"[\W_]*([A-J])(?![^\W_])", re.IGNORECASE)
"""A letter alone: `B`, `(b)`, `**B**`, and not the beginning of `Because`."""


def letter_shares(text: str, first: TokenLogprob | None, count: int) -> tuple[float, ...]:
    """Probabilities of the letters; by the word alone where the server gives none.

    Raises:
        MalformedOutput: the model named no letter of an option.
    """
    letters = LETTERS[:count]
    weights = dict.fromkeys(letters, 0.0)
    for token, logprob in (first.top or ((first.token, first.logprob),)) if first else ():
        letter = token.strip(" .)(*").upper()
        if letter in weights:
            weights[letter] += math.exp(logprob)
    named = _LETTER.match(text)
    if not any(weights.values()) and named and named.group(1).upper() in weights:
        weights[named.group(1).upper()] = 1.0
    total = sum(weights.values())
    if not total:
        raise MalformedOutput("The model named none of the options.")
    return tuple(weights[letter] / total for letter in letters)

"""HTML -> Markdown by markitdown, without what is not the page's own text."""

from __future__ import annotations

import re
import warnings
from typing import Any

from ingest.formats.loaded import Loaded, ParseLimits
from ingest.formats.prose import by_sentence

_AROUND = (
    "head title script style noscript template svg iframe object nav aside footer form button"
).split()
PLAIN: dict[str, Any] = {
    "escape_underscores": False,
    "escape_asterisks": False,
    "escape_misc": False,
    "bullets": "-",
    "table_infer_header": True,
    "strip": "a img strong b em i u del s mark".split(),
}
"""How markdownify writes: no marks that a learner would have to read past."""
_BLANKS = re.compile(r"\n{3,}")


def load_html(data: bytes, limits: ParseLimits) -> Loaded:
    """A saved page. Its encoding is what it says of itself, else what it looks like."""
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    from ingest.formats.plain import decode

    told = EncodingDetector.find_declared_encoding(data, is_html=True)
    try:
        text = data.decode(told) if told else decode(data)
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of XHTML, which html.parser reads well enough
        soup = BeautifulSoup(text, "html.parser")
    return Loaded(page_text(soup))


def page_text(soup: Any) -> str:
    """The text of a parsed page, under its title when it has no heading."""
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for tag in soup(_AROUND):
        tag.decompose()
    for tag in soup.find_all(attrs={"role": ["navigation", "banner", "contentinfo"]}):
        tag.decompose()
    mains = soup.find_all(["main", "article"])
    root = mains[0] if len(mains) == 1 else soup.body or soup
    headed = root.find(["h1", "h2", "h3"])
    text = to_markdown(str(root))
    if title and headed is None and text:
        text = f"# {title}\n\n{text}"
    return by_sentence(text)


def to_markdown(html: str) -> str:
    """HTML as Markdown, in markitdown's way."""
    from markitdown.converters import HtmlConverter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nested too deeply: the text comes without structure
        return tidy(HtmlConverter().convert_string(html, **PLAIN).markdown)


def tidy(text: str) -> str:
    """No trailing space, one blank line between blocks, one line end after the last."""
    return _BLANKS.sub("\n\n", "\n".join(map(str.rstrip, text.splitlines()))).strip() + "\n"

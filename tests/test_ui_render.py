from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from core.types import Answer, Citation, Hit, Line, Passage, Sentence, Timings
from ingest.library import LibraryState
from providers.base import ModelState
from retrieval.store import NoteInfo
from tests.e2e.fakes import HOSTILE
from ui.conversation import Conversation, Exchange
from ui.render import exchange_html, history_html, inline, live_html, plain_text, welcome_html
from ui.render_evidence import evidence_html, mark, place
from ui.render_notes import WINDOW, header_html, note_html, sources_html

ONE = Citation(1, "a.md", 3, 3, "\t- S3 keeps objects.")
TWO = Citation(2, "b.txt", 7, 9, "Glue moves data.")
SAID = Answer(
    "What keeps objects?",
    (Sentence("S3 does.", (ONE,)), Sentence("Glue moves them.", (ONE, TWO))),
    answered_by="scripted",
    timings=Timings(total_ms=2345),
)
READY = LibraryState("ready", "2 notes ready")
MODEL = ModelState("ready", "")
TAGS = {
    *("article", "div", "p", "span", "button", "ul", "ol", "li", "h1", "h2", "h3", "footer", "b"),
    *("i", "small", "code", "strong", "input", "progress"),
}


class Reader(HTMLParser):
    """Tags, attribute names and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def done(answer: Answer, **more: object) -> Exchange:
    return Exchange(answer.question, answer=answer, sentences=answer.sentences, **more)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("run `x<y` now", "run <code>x&lt;y</code> now"),
        ("**bold** move", "<strong>bold</strong> move"),
        ("`**not bold**`", "<code>**not bold**</code>"),
        ("x**2 + y**2", "x**2 + y**2"),
        ("** spaced **", "** spaced **"),
        ("__label__spam", "__label__spam"),
        ("[x](javascript:y)", "[x](javascript:y)"),
    ],
)
def test_inline(text: str, html: str) -> None:
    assert inline(text) == html


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    citation = Citation(1, text, 1, 1, text)
    answer = Answer(
        text,
        (Sentence(text, (citation,)),),
        (citation,),
        answered_by=text,
        notice=text,
    )
    silent = Answer(text, nearest=(citation,), abstained=True)
    hit = Hit(Passage("p", text, (text,), 1, 1, text), 1.0, (Line(text, 1, text, (text,)),))
    info = NoteInfo(text, problem=text)
    pieces = [
        exchange_html(done(answer), latest=True),
        exchange_html(done(silent), latest=True),
        exchange_html(Exchange(text, draft=text), latest=True),
        exchange_html(Exchange(text, error=text), latest=True),
        live_html(Conversation(error=text)),
        evidence_html(Exchange(text, hits=(hit,), nearest=(citation,), found_ms=1.0)),
        sources_html([info, NoteInfo(text)], (), LibraryState("failed", text), MODEL, text),
        header_html(LibraryState("failed", text), ModelState("failed", text)),
        note_html(text, [text]),
        note_html(text, []),
        welcome_html([text], LibraryState("failed", text)),
    ]
    for piece in pieces:
        read = Reader(piece)
        assert set(read.tags) <= TAGS
        assert not [name for name in read.attributes if name.startswith("on")]
        assert not read.attributes & {"href", "src", "style"}
    assert text in Reader(pieces[0]).text
    assert text in Reader(pieces[8]).text


@pytest.mark.parametrize(
    ("suggestions", "state", "said"),
    [
        ((), None, "being read"),
        ((), LibraryState("indexing", "", 0.1), "being read"),
        (("What is S3?",), READY, "What is S3?"),
        ((), LibraryState("failed", "There are no notes in x"), "There are no notes in x"),
    ],
)
def test_welcome(suggestions: tuple[str, ...], state: LibraryState | None, said: str) -> None:
    assert said in welcome_html(suggestions, state)
    assert ("being read" in welcome_html(suggestions, state)) is (said == "being read")


def test_places() -> None:
    assert place(ONE) == "a.md:3"
    assert place(TWO) == "b.txt:7-9"


def test_a_mark_opens_its_lines_and_holds_its_quote() -> None:
    html = mark(TWO)
    for part in (
        'data-do="open"',
        'data-note="b.txt"',
        'data-first="7"',
        'data-last="9"',
        'data-quote="Glue moves data."',
        'aria-label="Source 2, b.txt:7-9"',
        ">[2]</button>",
    ):
        assert part in html


def test_an_answer_shows_its_sources_rung_and_time() -> None:
    text = Reader(exchange_html(done(SAID), latest=True)).text
    assert "S3 does.[1] Glue moves them.[1][2]" in text
    assert "[1]a.md:3[2]b.txt:7-9" in text
    assert "scripted · 2.3 s" in text
    assert "Regenerate" in text


REMOTE = replace(SAID, remote=True, timings=Timings(0, 0, 2345, 1412, 58))


@pytest.mark.parametrize(
    ("answer", "spent", "said"),
    [
        (REMOTE, 0, " · 2.3 s · 1,412 + 58 tokens"),
        (REMOTE, 1470, " · 2.3 s · 1,412 + 58 tokens"),
        (REMOTE, 1870, " · 2.3 s · 1,412 + 58 tokens · 1,870 this session"),
        (replace(REMOTE, remote=False), 400, " · 2.3 s"),
        (SAID, 0, " · 2.3 s"),
    ],
    ids=["first", "alone", "later", "local", "uncounted"],
)
def test_tokens_are_told_of_a_remote_model(answer: Answer, spent: int, said: str) -> None:
    text = Reader(live_html(Conversation((done(answer),)), spent)).text
    assert text.endswith(f"scripted{said}")


def test_earlier_answers_tell_their_own_tokens_only() -> None:
    talk = Conversation((done(REMOTE), done(SAID), done(REMOTE)))
    assert "this session" not in history_html(talk)
    assert history_html(talk).count("1,412 + 58 tokens") == 1


def test_only_the_latest_exchange_can_be_asked_again() -> None:
    talk = Conversation((done(SAID), Exchange("next")))
    assert 'data-do="again"' not in history_html(talk)
    assert 'data-do="copy"' in history_html(talk)
    assert "next" in live_html(talk)
    assert 'data-do="copy"' not in live_html(talk)


def test_a_draft_is_marked_and_kept_from_screen_readers() -> None:
    html = exchange_html(Exchange("q", found_ms=12.0, draft="maybe"), latest=True)
    assert '<p class="draft" aria-hidden="true">' in html
    assert "not checked yet" in html
    assert 'aria-busy="true"' in html


def test_silence_offers_the_nearest_lines_and_an_own_answer() -> None:
    silent = Answer("q", nearest=(ONE, TWO), abstained=True)
    html = exchange_html(done(silent), latest=True)
    assert "Your notes do not say." in html
    assert html.count('class="near"') == 2
    assert 'data-do="without-notes"' in html
    assert 'data-do="without-notes"' not in exchange_html(done(silent), latest=False)


def test_an_own_answer_is_marked() -> None:
    own = Answer("q", (Sentence("Paris."),), from_notes=False)
    html = exchange_html(done(own, from_notes=False), latest=True)
    assert 'class="exchange own"' in html
    assert "Not from your notes" in html
    assert plain_text(own) == "Paris.\n\n(not from my notes)"


def test_a_stopped_answer_without_sentences_says_so() -> None:
    assert "Stopped before" in exchange_html(done(Answer("q")), latest=True)


def test_plain_text_names_the_places() -> None:
    assert plain_text(SAID) == (
        "S3 does. [1] Glue moves them. [1] [2]\n\n[1] a.md:3\n[2] b.txt:7-9"
    )


def test_evidence_has_cited_lines_first_and_their_headings() -> None:
    path = ("Storage", "1. Objects", "S3")
    hit = Hit(Passage("p", "a.md", path[:2], 1, 5, ""), 1.0, (Line("a.md", 3, "", path),))
    other = Citation(1, "a.md", 4, 4, "other")
    exchange = done(SAID, hits=(hit,), nearest=(other, ONE))
    html = evidence_html(exchange)
    assert html.index("[1]") < html.index("[2]") < html.index("other")
    assert html.count('class="card cited"') == 2
    assert 'title="Storage › Objects › S3">Objects › S3<' in html
    assert "2 cited · 1 more" in html


def test_a_cited_line_that_no_passage_holds_has_its_headings_all_the_same() -> None:
    def above(citation: Citation) -> tuple[str, ...]:
        return ("Metrics", "2. F1 score") if citation == ONE else ()

    html = evidence_html(done(SAID), above)
    assert 'title="Metrics › F1 score">Metrics › F1 score<' in html
    assert html.count('class="path"') == 1


def test_evidence_holds_the_best_line_of_each_passage_once() -> None:
    best = tuple(Line("a.md", number, f"line {number}") for number in (3, 9, 2))
    hits = tuple(Hit(Passage("p", "a.md", (), 1, 9, ""), 1.0, (line,)) for line in best)
    exchange = Exchange("q", hits=(*hits, hits[1]), nearest=(ONE,), found_ms=5.0)
    assert [place(c) for c in exchange.found] == ["a.md:3", "a.md:9", "a.md:2"]
    assert exchange.found[0] is ONE
    assert "line 9" in evidence_html(exchange)
    assert "Found 3 lines in 5 ms" in exchange_html(exchange, latest=True)


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("## Drift tests", "Drift tests"),
        ("# Feature stores in practice", "Feature stores in practice"),
        ("- a bullet", "a bullet"),
        ("#hashtag stays", "#hashtag stays"),
        ("a ## in the midst", "a ## in the midst"),
    ],
)
def test_a_card_shows_no_marks_and_the_citation_stays_verbatim(quote: str, shown: str) -> None:
    citation = Citation(1, "a.md", 1, 1, quote)
    html = evidence_html(Exchange("q", nearest=(citation,), found_ms=1.0))
    assert f'<span class="quote">{shown}</span>' in html
    assert citation.quote == quote


def test_the_best_line_of_a_passage_is_one_under_its_heading() -> None:
    lines = (
        Line("a.md", 1, "## Drift tests"),
        Line("a.md", 2, "- Index", ("Drift tests",)),
        Line("a.md", 3, "  - above 0.2 it is a shift", ("Drift tests", "Index")),
    )
    hit = Hit(Passage("p", "a.md", (), 1, 3, ""), 1.0, lines)
    alone = Hit(Passage("q", "b.md", (), 1, 1, ""), 1.0, (Line("b.md", 1, "# Alone"),))
    found = Exchange("q", hits=(hit, alone), found_ms=1.0).found
    assert [place(c) for c in found] == ["a.md:3", "b.md:1"]


def test_the_nearest_lines_tell_what_they_stand_under() -> None:
    path = ("Hosting", "Multi-model endpoint", "Calling")
    line = Line("a.md", 3, "  - TargetModel names it", path)
    hit = Hit(Passage("p", "a.md", path[:2], 1, 3, ""), 1.0, (line,))
    silent = Answer(
        "q", nearest=(Citation(1, "a.md", 3, 3, "- TargetModel names it"),), abstained=True
    )
    html = exchange_html(done(silent, hits=(hit,)), latest=True)
    assert "<small>a.md:3 · Multi-model endpoint › Calling</small>" in html


def test_lines_of_notes_stand_each_for_itself() -> None:
    lines = Answer("q", (Sentence("one", (ONE,)), Sentence("two", (TWO,))))
    assert '<p class="said lines">' in exchange_html(done(lines), latest=True)
    assert '<p class="said">' in exchange_html(done(SAID), latest=True)


def test_evidence_while_nothing_has_come() -> None:
    assert "Looking" in evidence_html(Exchange("q"))
    assert "Nothing" in evidence_html(Exchange("q", found_ms=3.0, answer=Answer("q")))
    assert "not from your notes" in evidence_html(Exchange("q", from_notes=False))


def test_sources_show_counts_ticks_and_problems() -> None:
    notes = [
        NoteInfo("a.md", lines=1, passages=2, questions=3),
        NoteInfo("b.txt", lines=1200, passages=1),
        NoteInfo("c.bin", problem="it is not text"),
    ]
    html = sources_html(notes, {"b.txt"}, READY, MODEL, "qwen")
    assert "<span>1 line · 3 questions</span>" in html
    assert "<span>1,200 lines</span>" in html
    assert 'data-source="a.md" aria-label="Search a.md" checked>' in html
    assert 'data-source="b.txt" aria-label="Search b.txt">' in html
    assert "<b>c.bin</b><span>it is not text</span>" in html
    assert "qwen" in html


@pytest.mark.parametrize(
    ("library", "model", "words"),
    [
        (LibraryState("empty"), MODEL, "Opening your notes"),
        (LibraryState("indexing", "", 0.34), MODEL, "Indexing 34 %"),
        (LibraryState("failed"), MODEL, "Notes need a look"),
        (READY, ModelState("fetching", "", 0.5), "Fetching model 50 %"),
        (READY, ModelState("loading"), "Loading model"),
        (READY, ModelState("failed"), "Model needs a look"),
        (READY, ModelState("off"), "Ready"),
        (READY, ModelState("missing"), "Ready, no model yet"),
        (READY, MODEL, "Ready"),
        (READY, ModelState("ready", goes_to="<b>Bedrock"), "Ready, remote"),
    ],
)
def test_the_header_says_what_goes_on(library: LibraryState, model: ModelState, words: str) -> None:
    assert words in header_html(library, model)


@pytest.mark.parametrize(
    ("model", "shown", "button"),
    [
        (ModelState("fetching", "from the publisher", 0.34), 'value="34"', None),
        (ModelState("failed", "free 1 GB"), "free 1 GB", "Try again"),
        (ModelState("missing", "1.1 GB"), "Model not started", "Start the model"),
        (ModelState("off", "no model is set"), "no model is set", None),
    ],
)
def test_the_state_of_a_model(model: ModelState, shown: str, button: str | None) -> None:
    html = sources_html([], (), READY, model, "qwen")
    assert shown in html
    assert ("start-model" in html) is (button is not None)
    assert button is None or button in html


def test_what_leaves_the_machine_is_said_where_it_does() -> None:
    remote = ModelState("ready", "nova", goes_to="Amazon Bedrock in eu-west-1")
    said = "whose details you open, for its summary, go to Amazon Bedrock in eu-west-1."
    assert "facts for practice questions" in sources_html([], (), READY, remote, "nova")
    assert said in sources_html([], (), READY, remote, "nova")
    assert said in header_html(READY, remote)
    assert "go to" not in sources_html([], (), READY, MODEL, "qwen") + header_html(READY, MODEL)


def test_a_note_is_whole_with_tabs_and_numbers() -> None:
    html = note_html("a.md", ["One", "\tTwo <b>", ""])
    assert html == (
        '<div class="chunk">'
        '<div class="ln" data-n="1">One</div>'
        '<div class="ln" data-n="2">\tTwo &lt;b&gt;</div>'
        '<div class="ln" data-n="3"></div></div>'
    )


def test_a_page_begins_above_its_first_line() -> None:
    html = note_html("a.pdf", ["One", "Two"], pages={2: "page <2>"})
    assert '>One</div><div class="page">page &lt;2&gt;</div><div class="ln" data-n="2">' in html


@pytest.mark.parametrize(("around", "first"), [(1, 1), (20_000, 18_001), (50_000, 46_001)])
def test_a_huge_note_is_shown_around_the_line(around: int, first: int) -> None:
    html = note_html("a.md", ["x"] * 50_000, around)
    assert html.count('class="ln"') == WINDOW
    assert f'data-n="{around}"' in html
    assert f"Lines {first:,} to {first + WINDOW - 1:,} of 50,000" in html

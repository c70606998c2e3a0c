"""What of a note may be told: facts of its body, not its title, front matter or questions."""

from __future__ import annotations

import pytest

from chat.facts import NoteFacts
from ingest.passages import read_note

NOTE = """# Rocks of the Alps

Author: J. Doe. Version 2, written for class 7b.
Printed by Miller and Sons, Vienna.
Rocks are grouped by how they form.

## Igneous rocks

### Granite

- Granite cools slowly below the ground.
- Purpose: paving stones and kitchen tops.
- See https://example.org/granite/photo

### Basalt

- Purpose: gravel under railway tracks.

## Sedimentary rocks

- Limestone forms from the shells of sea animals.
- Ques: Which rock forms from shells?
- Ans: Limestone forms from shells.
"""


def facts(text: str, name: str = "a.md") -> NoteFacts:
    note = read_note(name, text)
    return NoteFacts(note.lines, note.passages)


def test_titles_headings_front_matter_links_and_past_questions_are_no_facts() -> None:
    note = facts(NOTE)
    assert note.title == ("Rocks of the Alps",)
    assert [fact.line.text for fact in note.facts] == [
        "Rocks are grouped by how they form.",
        "- Granite cools slowly below the ground.",
        "- Purpose: paving stones and kitchen tops.",
        "- Purpose: gravel under railway tracks.",
        "- Limestone forms from the shells of sea animals.",
    ]


def test_a_fact_has_its_section_its_subject_and_its_key() -> None:
    fact = facts(NOTE).facts[2]
    assert (fact.section, fact.subject, fact.key) == ("Igneous rocks", "Granite", "Purpose")
    assert fact.text == "paving stones and kitchen tops."
    assert facts(NOTE).sides["purpose"] == 2


@pytest.mark.parametrize("text", ["", "\n\n", "# Title\n", "one two", "x\n" * 50])
def test_notes_that_say_nothing_have_no_facts(text: str) -> None:
    assert facts(text).facts == ()


def test_the_main_headings_are_those_with_most_facts_in_order() -> None:
    assert facts(NOTE).main(1) == ["Igneous rocks"]
    assert facts(NOTE).main(9) == ["", "Igneous rocks", "Sedimentary rocks"]

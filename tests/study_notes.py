"""Notes on a few services and a garden, indexed with fake embeddings."""

from __future__ import annotations

from pathlib import Path

from core.types import Citation
from ingest.library import Library
from tests.fakes import FakeEmbedder

NOTES = {
    "services.txt": """Services
\tPolly
\t\t- turns written text into speech with many voices
\t\t- lexicons customise pronunciation
\tTranscribe
\t\t- turns recorded speech into written text
\t\t- custom vocabularies
\tAthena
\t\t- queries files in S3 with SQL and is serverless
\tFirehose
\t\t- delivers streams into S3, near real time
Past questions
\t- Ques: A school wants to convert recorded lessons into written text for its pupils. Which one?
\t- Ans: Transcribe
\t- Expl: it turns recorded speech into written text
""",
    "garden.md": """# Garden

## Petals

- attract insects with colour and scent

## Roots

- take up water from the soil
""",
}


def library(folder: Path) -> Library:
    """The notes, indexed under a folder."""
    notes = folder / "notes"
    notes.mkdir(exist_ok=True)
    for name, text in NOTES.items():
        (notes / name).write_text(text, encoding="utf-8")
    made = Library([notes], folder / "var", FakeEmbedder())
    made.update()
    return made


def cite(text: str) -> Citation:
    """The line that holds a text."""
    for name, note in NOTES.items():
        for number, line in enumerate(note.splitlines(), 1):
            if text in line:
                return Citation(1, name, number, number, line.strip())
    raise AssertionError(f"no line holds {text!r}")

"""A whole index: its parts in memory or mapped, written to a folder and read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import IndexMissing
from core.types import Line, Passage
from retrieval.clustered import ClusteredIndex
from retrieval.columns import LineTable, PassageTable
from retrieval.generation import check, dump_rows, read_arrays, read_rows, save_arrays, settle
from retrieval.joined import JoinedVectors
from retrieval.lexical import LexicalIndex
from retrieval.manifest import Manifest, NoteInfo, write_manifest
from retrieval.packed import NoteTexts
from retrieval.vectors import EXACT_ROWS, VectorIndex

AnyVectors = VectorIndex | ClusteredIndex | JoinedVectors
_VECTORS = ("keys.npy", "passages.faiss", "units.faiss")
_ROWS = ".rows.npy"
"""What a clustered index has beside its codes; see `ClusteredIndex.save`."""


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Vectors by the fingerprints of their texts: first those of passages, then of units."""

    keys: NDArray[np.uint64]
    passages: AnyVectors
    units: AnyVectors
    dimension: int


@dataclass(frozen=True, slots=True)
class Index:
    """A whole index. `asked` are (note, line) of the stems of past questions.

    `unit_lines` is the row of the line that each unit is of. A small index is in memory; of a
    large one `texts`, `lines` and `passages` are made from files when asked for.
    """

    manifest: Manifest
    texts: Mapping[str, tuple[str, ...]]
    lines: Sequence[Line]
    passages: Sequence[Passage]
    asked: frozenset[tuple[str, int]]
    passage_vectors: AnyVectors
    unit_vectors: AnyVectors
    keys: NDArray[np.uint64] = field(repr=False)
    unit_lines: NDArray[np.int32] | None = field(default=None, repr=False)
    words: LexicalIndex | None = field(default=None, repr=False)
    unit_words: LexicalIndex | None = field(default=None, repr=False)

    @property
    def usable(self) -> list[NoteInfo]:
        return [note for note in self.manifest.notes if not note.problem]


def write_index(folder: Path, index: Index) -> None:
    """Write all parts, then the manifest with their checksums.

    Raises:
        OSError: they cannot be written.
        TypeError: the index is one of layers, which live in memory only.
    """
    texts = index.texts if isinstance(index.texts, NoteTexts) else NoteTexts.of(index.texts.items())
    lines, passages = index.lines, index.passages
    lines = lines if isinstance(lines, LineTable) else LineTable.of(lines, texts)
    passages = passages if isinstance(passages, PassageTable) else PassageTable.of(passages, texts)
    arrays = texts.arrays() | lines.arrays() | passages.arrays() | {"keys": index.keys}
    if index.unit_lines is not None and index.words is not None and index.unit_words is not None:
        arrays |= {"units": index.unit_lines}
        arrays |= index.words.arrays("words") | index.unit_words.arrays("unit-words")
    save_arrays(folder, arrays)
    dump_rows(folder / "asked.jsonl", sorted(index.asked))
    for vectors, name in ((index.passage_vectors, "passages"), (index.unit_vectors, "units")):
        if isinstance(vectors, JoinedVectors):
            raise TypeError("layers are not saved")
        vectors.save(folder / f"{name}.faiss")
    write_manifest(folder, index.manifest, settle(folder))


def read_vectors(generation: Path, manifest: Manifest) -> KnownVectors:
    """The vectors alone, verified to the last byte.

    Raises:
        IndexMissing: they are damaged.
    """
    try:
        names = [*_VECTORS, *(name for name in manifest.files if name.endswith(_ROWS))]
        check(generation, {name: manifest.files[name] for name in names}, whole=True)
        keys = np.load(generation / "keys.npy", allow_pickle=False)
    except (LookupError, OSError, ValueError) as error:
        raise IndexMissing(f"The index is damaged ({error}): index again.") from error
    return KnownVectors(keys, *_read_vectors(generation, keys), manifest.dimension)


def read_index(generation: Path, manifest: Manifest) -> Index:
    """All parts, verified; of a large index most are mapped.

    Raises:
        IndexMissing: a part is absent or damaged.
    """
    check(generation, manifest.files)
    files = [name for name in manifest.files if not name.endswith(_ROWS)]
    names = [name.removesuffix(".npy") for name in files if name.endswith(".npy")]
    try:
        arrays = read_arrays(generation, names)
        texts = NoteTexts.read(arrays)
        lines, passages = LineTable(arrays, texts), PassageTable(arrays, texts.names)
        asked = frozenset((r[0], r[1]) for r in read_rows(generation / "asked.jsonl"))
        lexical = (LexicalIndex.read(arrays, name) for name in ("words", "unit-words"))
        keys, units = arrays["keys"], arrays["units"]
        words, unit_words = lexical
    except (OSError, ValueError, LookupError, TypeError, EOFError) as error:
        raise IndexMissing(f"The index is damaged ({error}): index again.") from error
    vectors = _read_vectors(generation, keys)
    index = Index(manifest, texts, lines, passages, asked, *vectors, keys, units, words, unit_words)
    if len(keys) > EXACT_ROWS:
        return index
    return replace(index, texts=dict(texts), lines=tuple(lines), passages=tuple(passages))


def _read_vectors(generation: Path, keys: NDArray[np.uint64]) -> tuple[AnyVectors, AnyVectors]:
    passages = _read_index(generation / "passages.faiss")
    units = _read_index(generation / "units.faiss")
    if len(keys) != len(passages) + len(units):
        raise IndexMissing("The index is damaged (its parts differ): index again.")
    return passages, units


def _read_index(path: Path) -> AnyVectors:
    """Exact or clustered, as the file's first four letters say."""
    try:
        with path.open("rb") as file:
            kind = file.read(4)
    except OSError as error:
        raise IndexMissing(f"The index file {path.name} cannot be read: index again.") from error
    return ClusteredIndex.load(path) if kind == b"IwPf" else VectorIndex.load(path)

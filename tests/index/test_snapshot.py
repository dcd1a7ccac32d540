"""Publishing: what changed since is enough, what is made anew is the same, and nothing unverified is opened."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import index.snapshot
from index.files import DamagedFile, FileRecord, read_verified, verify_file
from index.lexical import LexicalQuery, LexicalRow, update_lexical
from index.library import INDEXES, Library
from index.manifest import Manifest, read_manifest, stamp_of
from index.snapshot import Snapshot, merge_due, open_snapshot, verify_snapshot
from index.types import Document, Hit
from tests.conftest import HashEmbedder

WORDS = "cần thơ khen thưởng tập thể mưa bão lúa gạo cá tôm sông chợ đường trường lớp học nhà máy".split()


def document(number: int, version: int = 0) -> Document:
    """Return a document of a few distinct words, the same for the same numbers."""
    rng = np.random.default_rng([number, version])
    chosen = " ".join(rng.choice(WORDS, size=12))
    return Document(f"d{number}", f"Văn bản {number} nói về {chosen}.", f"Tin {rng.choice(WORDS)}")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Open a library that publishes as a large one does."""
    monkeypatch.setattr(index.snapshot, "_ANEW_UP_TO", 0)
    with Library.open(tmp_path / "data", HashEmbedder(), create=True) as library:
        yield library


def manifest_of(library: Library) -> Manifest:
    manifest = read_manifest(library.directory / INDEXES)
    assert manifest is not None
    return manifest


def rankings(library: Library) -> list[list[Hit]]:
    """Return the full rankings of some questions, by words and by meaning."""
    snapshot = library.snapshot()
    pairs = list(itertools.combinations(WORDS[:8], 2))
    return [
        *(
            snapshot.search_lexical(LexicalQuery(exact={a: 1.0, b: 0.5}, pairs={f"{a}_{b}": 1.0}), 100)
            for a, b in pairs
        ),
        *(snapshot.search_dense(library.embedder.embed_queries([f"{a} {b}"])[0], 100) for a, b in pairs),
    ]


def test_publishing_what_was_added_equals_publishing_anew(library: Library) -> None:
    library.add([document(n) for n in range(20)])
    for n in range(20, 30, 2):
        library.add([document(n), document(n + 1)])
    assert manifest_of(library).base is not None and manifest_of(library).delta is not None
    before = rankings(library)
    assert library.check() == []
    library.rebuild()
    assert manifest_of(library).delta is None
    assert rankings(library) == before
    assert any(before)


def test_publishing_what_was_removed_finds_what_is_found_anew(library: Library) -> None:
    library.add([document(n) for n in range(20)])
    library.add([document(n) for n in range(20, 25)])
    library.add([document(n, 1) for n in (3, 4, 22)])
    library.remove(["d5", "d21"])
    manifest = manifest_of(library)
    assert manifest.excluded is not None and manifest.excluded.size == 8 * 3, "d3, d4 and d5 of the base"
    before = rankings(library)
    library.rebuild()
    assert manifest_of(library).excluded is None
    after = rankings(library)
    half = len(after) // 2
    assert before[half:] == after[half:], "by meaning exactly"
    assert [set(ids(ranking)) for ranking in before] == [set(ids(ranking)) for ranking in after]


def test_a_small_library_is_made_anew_when_something_goes(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a", HashEmbedder(), create=True) as library:
        library.add([document(n) for n in range(20)])
        library.add([document(3, 1)])
        library.remove(["d5"])
        manifest = manifest_of(library)
        assert manifest.delta is None and manifest.excluded is None
        before = rankings(library)
        library.rebuild()
        assert rankings(library) == before, "the scores too: nothing that went is counted"
        assert [path.name for path in sorted((tmp_path / "a" / INDEXES).iterdir()) if path.is_dir()] == [
            manifest_of(library).directory
        ]


def ids(ranking: list[Hit]) -> list[int]:
    return [hit.passage_id for hit in ranking]


def test_files_that_did_not_change_are_shared(library: Library) -> None:
    library.add([document(n) for n in range(20)])
    first = manifest_of(library)
    library.add([document(20)])
    second = manifest_of(library)
    root = library.directory / INDEXES
    shared = [name for name in first.lexical if name in second.lexical and first.lexical[name] == second.lexical[name]]
    assert any(name.endswith(".idx") for name in shared)
    assert (root / first.directory / "base.faiss").samefile(root / second.directory / "base.faiss")
    assert library.snapshot()._base is not None


def test_only_what_is_new_is_read_from_the_database(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add([document(n) for n in range(20)])
    indexed: list[int] = []

    def counting(folder: Path, rows: Iterator[LexicalRow], removed: list[int]) -> None:
        kept = list(rows)
        indexed.extend(row.id for row in kept)
        update_lexical(folder, kept, removed)

    monkeypatch.setattr(index.snapshot, "update_lexical", counting)
    library.add([document(20)])
    library.add([document(3, 1)])
    library.remove(["d4"])
    assert indexed == [21, 22], "each passage once: replacing and removing build nothing anew"


def test_a_grown_delta_is_merged_into_the_base(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.snapshot, "_MERGE_AT_LEAST", 3)
    library.add([document(n) for n in range(10)])
    library.add([document(n) for n in range(10, 13)])
    assert parts(library) == (10, 3, 0)
    library.add([document(13)])
    assert parts(library) == (14, 0, 0)
    before = rankings(library)
    library.rebuild()
    assert rankings(library) == before


def test_a_base_that_is_mostly_gone_is_made_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.snapshot, "_MERGE_AT_LEAST", 3)
    library.add([document(n) for n in range(10)])
    library.remove(["d1", "d2", "d3"])
    assert parts(library) == (10, 0, 3)
    library.remove(["d4"])
    assert parts(library) == (6, 0, 0)
    before = rankings(library)
    library.rebuild()
    assert rankings(library) == before, "the lexical index was made anew as well"


def parts(library: Library) -> tuple[int, int, int]:
    """Return the sizes of base, delta and excluded ids."""
    manifest = manifest_of(library)
    assert not merge_due(manifest)
    base = manifest.base.recipe.count if manifest.base else 0
    delta = manifest.delta.recipe.count if manifest.delta else 0
    return base, delta, manifest.excluded.size // 8 if manifest.excluded else 0


def test_a_snapshot_stays_what_it_was(library: Library) -> None:
    library.add([document(n) for n in range(10)])
    old = library.snapshot()
    query = LexicalQuery(exact={"văn": 1.0})
    before = old.search_lexical(query, 50), old.search_dense(library.embedder.embed_queries(["mưa"])[0], 50)
    library.add([document(10), document(2, 1)])
    library.remove(["d3", "d4"])
    library.rebuild()
    assert (old.search_lexical(query, 50), old.search_dense(library.embedder.embed_queries(["mưa"])[0], 50)) == before
    assert old.count == 10 and library.snapshot().count == 9


def test_opening_verifies_every_file_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a publish verifies nothing again that this process has open."""
    library.add([document(n) for n in range(10)])
    library.snapshot()
    read: list[str] = []

    def verifying(path: Path, record: FileRecord) -> None:
        read.append(path.name)
        verify_file(path, record)

    def taking(path: Path, record: FileRecord) -> bytes:
        read.append(path.name)
        return read_verified(path, record)

    monkeypatch.setattr(index.snapshot, "verify_file", verifying)
    monkeypatch.setattr(index.snapshot, "read_verified", taking)
    with Library.open(library.directory, HashEmbedder()) as other:
        assert sorted(read) == sorted([*manifest_of(library).lexical, "base.faiss"])
        read.clear()
        other.add([document(10)])
        other.snapshot()
        assert "base.faiss" not in read
        assert not [name for name in read if name.endswith(".idx") and read.count(name) > 1]


def test_publishing_without_a_change_publishes_nothing(library: Library) -> None:
    library.add([document(1)])
    stamp = stamp_of(library.directory / INDEXES)
    library.add([document(1)])
    assert stamp_of(library.directory / INDEXES) == stamp


def test_a_manifest_of_another_format_is_damage(library: Library) -> None:
    library.add([document(1)])
    path = library.directory / INDEXES / "manifest.json"
    head, _, body = path.read_bytes().partition(b"\n")
    assert json.loads(body)["generation"] == 1
    for changed in (body, head + b"\n" + body.replace(b'"count": 1', b'"count": 2'), b""):
        path.write_bytes(changed)
        with pytest.raises(DamagedFile, match="checksum"):
            open_snapshot(library.directory / INDEXES)
        assert len(verify_snapshot(library.directory / INDEXES)) == 1


def test_nothing_published_is_no_snapshot(tmp_path: Path) -> None:
    assert open_snapshot(tmp_path) is None
    assert verify_snapshot(tmp_path) == []
    assert stamp_of(tmp_path) is None


def test_a_set_that_vanished_while_it_was_opened_gives_way_to_the_newer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([document(1)])
    root = library.directory / INDEXES
    old = manifest_of(library)
    library.add([document(2)])
    library.rebuild()
    assert not (root / old.directory).exists()
    manifests = iter([old, manifest_of(library), manifest_of(library)])
    monkeypatch.setattr(index.snapshot, "read_manifest", lambda _: next(manifests))
    snapshot = open_snapshot(root)
    assert isinstance(snapshot, Snapshot) and snapshot.count == 2

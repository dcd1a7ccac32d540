"""The face of the package: what is added is found, what is removed is gone, and who reads is never wrong for long."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.chunking import ChunkSettings
from index.errors import InvalidDocument, InvalidInput, LibraryBusy, ModelMismatch, NoLibrary, UnknownDocument
from index.ingest import embedded_text
from index.lexical import LexicalQuery
from index.library import DATABASE, INDEXES, Library, model_of
from index.lock import WriteLock
from index.manifest import ModelRecord
from index.text import folded_tokens
from index.types import AddReport, Document, Passage, Span
from qa.cite import cite, verify
from qa.types import VerificationStatus
from tests.conftest import HashEmbedder, remove_tree

CAN_THO = Document(
    "can-tho", "Cần Thơ khen thưởng 54 tập thể.", "Tin Cần Thơ", "tin/1.txt", "https://vi.du/1", {"k": "v"}
)
HAI_PHONG = Document("hai-phong", "Hải Phòng có mưa to hôm nay.\r\nNhiều đường ngập 🌧.", "Tin Hải Phòng")


class OtherEmbedder(HashEmbedder):
    """Another model, of another dimension."""

    model_id = "other-embedder"
    dimension = 32

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `[len(texts), 32]`."""
        vectors = super().embed_queries(texts)[:, :32]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class NewerEmbedder(HashEmbedder):
    """Another revision of the same model."""

    revision = "2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, HashEmbedder(), create=True) as library:
        yield library


def found(library: Library, words: str) -> list[str]:
    """Return the ids of the documents that hold a word of `words`, best first, as a search would show them."""
    hits = library.snapshot().search_lexical(LexicalQuery(folded=dict.fromkeys(folded_tokens(words), 1.0)), 50)
    passages = library.passages([hit.passage_id for hit in hits])
    return [passages[hit.passage_id].document.id for hit in hits]


def nearest(library: Library, text: str) -> str:
    """Return the id of the document whose passage is nearest by meaning."""
    (hit,) = library.snapshot().search_dense(library.embedder.embed_queries([text])[0], 1)
    return library.passages([hit.passage_id])[hit.passage_id].document.id


def test_what_is_added_is_found_and_comes_back_exactly(library: Library) -> None:
    report = library.add([CAN_THO, HAI_PHONG])
    assert report == AddReport(added=("can-tho", "hai-phong"), passages=2, generation=1)
    assert found(library, "mua") == ["hai-phong"]
    assert found(library, "Cần Thơ thưởng") == ["can-tho"]
    assert nearest(library, "đường ngập") == "hai-phong"
    assert [library.document(name) for name in ("can-tho", "hai-phong")] == [CAN_THO, HAI_PHONG]
    assert [info.id for info in library.documents()] == ["can-tho", "hai-phong"]
    assert library.check() == [] and library.notices == []
    stats = library.stats()
    assert (stats.documents, stats.passages, stats.generation, stats.published_generation) == (2, 2, 1, 1)
    assert (stats.model_id, stats.dimension) == ("hash-embedder", 64)
    assert stats.bytes_on_disk > 10_000


def test_adding_again_does_nothing_and_replacing_replaces(library: Library) -> None:
    library.add([CAN_THO, HAI_PHONG])
    assert library.add([HAI_PHONG]) == AddReport(unchanged=("hai-phong",), generation=1)
    sunny = Document("hai-phong", "Hải Phòng nắng đẹp.", "Tin Hải Phòng")
    assert library.add([sunny, CAN_THO]) == AddReport(
        replaced=("hai-phong",), unchanged=("can-tho",), passages=1, generation=2
    )
    assert found(library, "mua") == []
    assert found(library, "nang") == ["hai-phong"]
    assert library.check() == []


def test_one_id_several_times_in_one_call(library: Library) -> None:
    newer = Document("can-tho", "Cần Thơ có mưa.", "Tin Cần Thơ")
    report = library.add([CAN_THO, CAN_THO, newer])
    assert (report.added, report.replaced, report.unchanged) == (("can-tho",), (), ())
    assert library.document("can-tho") == newer
    assert found(library, "thuong") == [] and found(library, "mua") == ["can-tho"]
    assert library.stats().passages == library.snapshot().count == 1
    assert library.check() == []


def test_removing_removes_everywhere(library: Library, path: Path) -> None:
    secret = Document("bi-mat", "Mậtmã là zyxw9876 của tổkín.", "Hồsơ kínđáo")
    library.add([CAN_THO, secret])
    (hit,) = library.snapshot().search_lexical(LexicalQuery(exact={"mậtmã": 1.0}), 5)
    citation = cite(secret, _span(secret, "zyxw9876")).to_dict()
    assert [outcome.status for outcome in verify(citation, library)] == [VerificationStatus.VALID]
    assert library.remove(["bi-mat"]) == ("bi-mat",)
    assert found(library, "matma zyxw toki") == []
    assert nearest(library, secret.text) == "can-tho"
    assert library.passages([hit.passage_id]) == {}
    assert [info.id for info in library.documents()] == ["can-tho"]
    with pytest.raises(UnknownDocument):
        library.document("bi-mat")
    assert [outcome.status for outcome in verify(citation, library)] == [VerificationStatus.UNKNOWN]
    assert library.check() == []
    for word in ("zyxw9876", "Mậtmã", "mậtmã", "matma", "tổkín", "kínđáo", "kindao"):
        holding = [file.name for file in path.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]
        assert holding == [], word


def _span(document: Document, quote: str) -> Span:
    at = document.text.index(quote)
    return Span(at, at + len(quote))


def test_removing_an_unknown_document_removes_none(library: Library) -> None:
    library.add([CAN_THO, HAI_PHONG])
    with pytest.raises(UnknownDocument, match="'nobody'"):
        library.remove(["can-tho", "nobody"])
    assert found(library, "Cần Thơ") == ["can-tho"]
    assert library.stats().generation == 1
    assert library.remove(["can-tho", "can-tho", "hai-phong"]) == ("can-tho", "hai-phong")
    assert library.stats().documents == library.snapshot().count == 0
    assert library.add([CAN_THO]).added == ("can-tho",)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (Document("a b", "Chữ", "T"), "id 'a b' cannot be used"),
        (Document("", "Chữ", "T"), "id '' cannot be used"),
        (Document("x" * 201, "Chữ", "T"), "cannot be used"),
        (Document("a", " \r\n\t", "T"), "has no text"),
        (Document("a", "Chữ\0", "T"), "NUL character in its text"),
        (Document("a", "Chữ\ud800", "T"), "lone surrogate at position 3 of its text"),
        (Document("a", "Chữ", "T\udfff"), "lone surrogate at position 1 of its title"),
        (Document("a", "Chữ\0", "T", metadata={"text": "chữ"}), "NUL character in its text"),
        (Document("a", "Chữ", "T", metadata={"k\ud800": "v"}), "lone surrogate at position 1 of its metadata"),
    ],
)
def test_what_could_not_be_given_back_is_refused(library: Library, document: Document, reason: str) -> None:
    with pytest.raises(InvalidDocument, match=reason):
        library.add([CAN_THO, document, HAI_PHONG])
    assert [info.id for info in library.documents()] == ["can-tho"], "those before it are stored"
    assert found(library, "Cần Thơ") == ["can-tho"], "and findable"
    assert library.check() == []


def test_progress_is_told_batch_by_batch_and_what_was_told_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.DOCUMENTS_A_BATCH", 2)
    told: list[tuple[int, int]] = []

    def stop_at_four(documents: int, passages: int) -> None:
        told.append((documents, passages))
        if documents == 4:
            raise KeyboardInterrupt

    with Library.open(path, HashEmbedder(), create=True) as library, pytest.raises(KeyboardInterrupt):
        library.add((Document(f"d{n}", f"Tin mưa số {n}.", "T") for n in range(9)), on_progress=stop_at_four)
    assert told == [(2, 2), (4, 4)]
    with Library.open(path, HashEmbedder()) as library:
        assert len(library.notices) == 1 and "a change was interrupted" in library.notices[0]
        assert sorted(found(library, "mưa")) == ["d0", "d1", "d2", "d3"]
        assert library.check() == []


# -- several libraries on one directory --------------------------------------------------------------------------------


def test_a_reader_takes_up_what_another_library_publishes(library: Library, path: Path) -> None:
    with Library.open(path, HashEmbedder()) as reader:
        old = reader.snapshot()
        assert reader.snapshot() is old, "no new snapshot without a publish"
        library.add([CAN_THO])
        assert found(reader, "Cần Thơ") == ["can-tho"]
        library.add([HAI_PHONG])
        assert found(reader, "mưa") == ["hai-phong"] and nearest(reader, "ngập") == "hai-phong"
        library.remove(["can-tho"])
        assert found(reader, "Cần Thơ") == []
        assert reader.notices == []


def test_ids_found_before_a_removal_are_left_out_after_it(library: Library, path: Path) -> None:
    library.add([CAN_THO, HAI_PHONG])
    with Library.open(path, HashEmbedder()) as reader:
        ids = [hit.passage_id for hit in reader.snapshot().search_lexical(LexicalQuery(folded={"tin": 1.0}), 5)]
        library.remove(["can-tho"])
        assert [passage.document.id for passage in reader.passages(ids).values()] == ["hai-phong"]


def test_a_commit_without_a_publish_is_published_on_opening(library: Library, path: Path) -> None:
    library.add([CAN_THO])
    with library._writing() as store, store.transaction():
        vector = HashEmbedder().embed_passages([HAI_PHONG.text])
        store.put(HAI_PHONG, [Passage(0, 28, HAI_PHONG.text[:28])], vector, 2)
        store.remove("can-tho", 2)
        store.set_generation(2)
    assert found(library, "Cần Thơ") == ["can-tho"], "who had it open reads on"
    with Library.open(path, HashEmbedder()) as later:
        assert len(later.notices) == 1
        assert found(later, "Cần Thơ mưa") == ["hai-phong"]
    assert found(library, "Cần Thơ mưa") == ["hai-phong"]


def test_a_purge_that_was_interrupted_is_ended_on_opening(
    library: Library, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([CAN_THO, HAI_PHONG])

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("index.store.Store.purge", die)
        library.remove(["can-tho"])
    assert "khen thưởng 54".encode() in (path / DATABASE).read_bytes()
    with Library.open(path, HashEmbedder()) as later:
        assert later.notices == [], "nothing had to be made again"
    assert "khen thưởng 54".encode() not in (path / DATABASE).read_bytes()


def test_a_library_that_is_closed_says_so(path: Path) -> None:
    library = Library.open(path, HashEmbedder(), create=True)
    library.close()
    with pytest.raises(ValueError, match="closed"):
        library.documents()


def test_there_is_no_library_until_one_is_made(path: Path) -> None:
    with pytest.raises(NoLibrary, match="there is no library"):
        Library.open(path, HashEmbedder())
    with pytest.raises(NoLibrary, match="there is no library"):
        Library.reembed(path, HashEmbedder())
    assert model_of(path) is None
    assert not path.exists()
    Library.open(path, HashEmbedder(), create=True).close()
    assert model_of(path) == ModelRecord("hash-embedder", "1", 64)


def test_an_old_folder_of_indexes_does_not_enter_a_new_library(library: Library, path: Path, tmp_path: Path) -> None:
    """Somebody removed the database alone: what its indexes find must not come back."""
    library.add([CAN_THO])
    shutil.copytree(path / INDEXES, tmp_path / "new" / INDEXES)
    with Library.open(tmp_path / "new", HashEmbedder(), create=True) as new:
        assert found(new, "Cần Thơ") == []
        new.add([HAI_PHONG])
        assert found(new, "tin") == ["hai-phong"]
        assert new.check() == []


# -- model and chunker -------------------------------------------------------------------------------------------------


def test_another_model_is_refused_with_what_mends_it(library: Library, path: Path) -> None:
    library.add([CAN_THO, HAI_PHONG])
    with pytest.raises(ModelMismatch) as caught:
        Library.open(path, OtherEmbedder())
    assert str(caught.value) == (
        "the library was built with the model hash-embedder (64 dimensions), not other-embedder"
    )
    assert "`hoidap doctor --reembed --model other-embedder`" in caught.value.hint
    with pytest.raises(ModelMismatch, match="another revision of the model hash-embedder") as caught:
        Library.open(path, NewerEmbedder(), create=True)
    assert "`hoidap doctor --reembed`" in caught.value.hint
    assert found(library, "mưa") == ["hai-phong"], "and nothing was touched"


def test_reembedding_moves_the_library_to_another_model(library: Library, path: Path) -> None:
    library.add([CAN_THO, HAI_PHONG, Document("khong-ten", "Không có tên.", "")])
    told: list[int] = []
    with Library.reembed(path, OtherEmbedder(), on_progress=lambda done, _: told.append(done)) as moved:
        assert told == [3]
        assert moved.stats().model_id == "other-embedder" and moved.stats().dimension == 32
        assert nearest(moved, "đường ngập mưa") == "hai-phong"
        ids, vectors = moved._store.vectors()
        stored = moved.passages(ids.tolist())
        texts = [embedded_text(p.document.title, Passage(p.start, p.end, p.text, p.heading)) for p in stored.values()]
        assert np.array_equal(vectors, OtherEmbedder().embed_passages(texts).astype(np.float16))
        assert moved.check() == []
        moved.add([Document("moi", "Sau khi đổi.", "T")])
        assert found(moved, "doi") == ["moi"]
    with pytest.raises(ModelMismatch):
        Library.open(path, HashEmbedder())


def test_reembedding_that_is_interrupted_leaves_the_old_model(library: Library, path: Path) -> None:
    library.add([CAN_THO])

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Library.reembed(path, OtherEmbedder(), on_progress=stop)
    with Library.open(path, HashEmbedder()) as again:
        assert again.notices == [] and nearest(again, "Cần Thơ") == "can-tho"


def test_a_library_keeps_cutting_as_it_was_cut(path: Path) -> None:
    small = ChunkSettings(target_syllables=8, min_syllables=2, max_syllables=10)
    text = " ".join(f"Câu số {n} có bảy chữ đây." for n in range(20))
    with Library.open(path, HashEmbedder(), create=True, chunk_settings=small) as library:
        library.add([Document("a", text, "T")])
        count = library.stats().passages
    assert count > 5
    with Library.open(path, HashEmbedder()) as library:
        library.add([Document("b", text, "T")])
        assert library.stats().passages == 2 * count
    with pytest.raises(InvalidInput, match="target_syllables=8"):
        Library.open(path, HashEmbedder(), chunk_settings=ChunkSettings())


# -- backup and care ---------------------------------------------------------------------------------------------------


def test_a_backup_opens_and_answers_the_same(library: Library, tmp_path: Path) -> None:
    library.add([CAN_THO, HAI_PHONG])
    library.backup(tmp_path / "deep" / "backup")
    query = LexicalQuery(folded={"tin": 1.0, "mua": 1.0})
    vector = library.embedder.embed_queries(["mưa to"])[0]
    with Library.open(tmp_path / "deep" / "backup", HashEmbedder()) as copy:
        assert copy.notices == [], "nothing has to be made again"
        assert copy.snapshot().search_lexical(query, 9) == library.snapshot().search_lexical(query, 9)
        assert copy.snapshot().search_dense(vector, 9) == library.snapshot().search_dense(vector, 9)
        assert copy.documents() == library.documents() and copy.check() == []
        copy.remove(["can-tho"])
    assert found(library, "Cần Thơ") == ["can-tho"], "the two are apart"


def test_a_backup_never_overwrites(library: Library, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("giữ", encoding="utf-8")
    for target in (tmp_path / "full", tmp_path / "full" / "mine"):
        with pytest.raises(InvalidInput, match="not an empty directory"):
            library.backup(target)
    (tmp_path / "empty").mkdir()
    library.backup(tmp_path / "empty")
    with Library.open(tmp_path / "empty", HashEmbedder()) as copy:
        assert copy.stats().documents == 0


def test_only_the_database_put_back_from_a_backup_is_enough(library: Library, path: Path, tmp_path: Path) -> None:
    library.add([CAN_THO])
    library.backup(tmp_path / "backup")
    library.add([Document("can-tho", "Khác hẳn.", "Tin Cần Thơ")])
    library.close()
    for name in (DATABASE + "-wal", DATABASE + "-shm"):
        (path / name).unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "backup" / DATABASE, path / DATABASE)
    with Library.open(path, HashEmbedder()) as restored:
        assert len(restored.notices) == 1
        assert found(restored, "thuong") == ["can-tho"] and found(restored, "khac") == []
        restored.add([HAI_PHONG])  # the generation that the lost change had
        assert found(restored, "tin") == ["can-tho", "hai-phong"]


def test_check_tells_what_is_wrong(library: Library, path: Path) -> None:
    library.add([CAN_THO, HAI_PHONG])
    connection = sqlite3.connect(path / DATABASE)
    connection.execute("DELETE FROM passages WHERE id = 2")
    connection.execute("UPDATE documents SET text = replace(text, '54', '45') WHERE id = 'can-tho'")
    connection.commit()
    connection.close()
    problems = library.check()
    assert "database: the text of document 'can-tho' is not the one that was stored" in problems
    assert "database: the passages of document 'hai-phong' are not those that were stored" in problems
    next((path / INDEXES).glob("*/base.faiss")).write_bytes(b"x")
    assert any(problem.startswith("derived indexes: base.faiss has 1 bytes") for problem in library.check())


def test_rebuilding_needs_no_embedding(library: Library, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add([CAN_THO, HAI_PHONG])

    def refuse(*_: object) -> None:
        raise AssertionError("embedded again")

    monkeypatch.setattr(HashEmbedder, "embed_passages", refuse)
    library.rebuild()
    remove_tree(path / INDEXES)
    with Library.open(path, HashEmbedder()) as again:
        assert len(again.notices) == 1 and "missing" in again.notices[0]
        assert found(again, "mưa") == ["hai-phong"]


def test_a_busy_library_is_read_but_not_mended(library: Library, path: Path) -> None:
    library.add([CAN_THO])
    remove_tree(path / INDEXES)
    with library._lock.held(0):
        with pytest.raises(LibraryBusy):
            Library.open(path, HashEmbedder(), wait=0)
    with Library.open(path, HashEmbedder(), wait=0) as mended:
        assert len(mended.notices) == 1


@pytest.mark.parametrize("name", [".", "..", "", "a/b", "a b", "x" * 201])
def test_an_id_that_cannot_stand_in_an_address_is_refused(tmp_path: Path, name: str) -> None:
    with Library.open(tmp_path / "data", HashEmbedder(), create=True) as library:
        with pytest.raises(InvalidDocument, match="cannot be used"):
            library.add([Document(name, "Có chữ.", "t")])
        assert library.stats().documents == 0


def test_a_snapshot_in_hand_serves_while_another_writes_over_a_damaged_set(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder(), create=True, wait=0.0) as library:
        library.add([Document("a", "Cần Thơ khen thưởng.", "t")])
        before = library.snapshot()
        manifest = tmp_path / INDEXES / "manifest.json"
        manifest.write_bytes(manifest.read_bytes()[:-1])
        with WriteLock(tmp_path).held(0.0):
            signed = (tmp_path / "lock.json").read_bytes()
            assert library.snapshot() is before, "no waiting, no error"
            assert (tmp_path / "lock.json").read_bytes() == signed, "asking is not writing"
        assert library.snapshot() is not before
        assert "damaged" in library.notices[-1]

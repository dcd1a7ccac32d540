"""Damage what is on disk: derived files are found out and made again, the database is never taken for a new one."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import index.snapshot
from index.errors import LibraryDamaged
from index.lexical import LexicalQuery
from index.library import DATABASE, INDEXES, Library
from index.manifest import read_manifest
from index.types import Hit
from tests.conftest import HashEmbedder, remove_tree
from tests.crash.harness import table, workshop
from tests.crash.script import COMMON, document
from web.cli import program

SEED = 20_240_519
NAMES = "abcdefgh"
_PAGE = 4096

Rankings = tuple[list[Hit], ...]


@pytest.fixture
def folder() -> Iterator[Path]:
    with workshop() as path:
        yield path


@pytest.fixture
def master(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a library whose published set has every kind of file: a base, a delta and excluded ids."""
    with monkeypatch.context() as patch:
        patch.setattr(index.snapshot, "_ANEW_UP_TO", 0)
        with Library.open(folder / "master", HashEmbedder(), create=True) as library:
            library.add([document(name) for name in NAMES])
            library.add([document("c", 2), document("i")])
            library.remove(["a"])
    manifest = read_manifest(folder / "master" / INDEXES)
    assert manifest is not None and manifest.base and manifest.delta and manifest.excluded
    return folder / "master"


def rankings(library: Library) -> Rankings:
    """Return what some searches find: by words, by rarer words, and by meaning."""
    snapshot = library.snapshot()
    words = [LexicalQuery(exact={COMMON: 1.0}), LexicalQuery(folded={"buoi": 2.0, "cam": 1.0}, pairs={"can_tho": 0.5})]
    meant = library.embedder.embed_queries(["bưởi ở Cần Thơ", "Tin c"])
    return (
        *(snapshot.search_lexical(query, 50) for query in words),
        *(snapshot.search_dense(vector, 50) for vector in meant),
    )


@pytest.fixture
def expected(folder: Path, master: Path) -> Rankings:
    """Return what the library finds when its indexes are made anew."""
    shutil.copytree(master, folder / "anew")
    with Library.open(folder / "anew", HashEmbedder()) as library:
        before = rankings(library)
        library.rebuild()
        after = rankings(library)
    # The words score otherwise only because Tantivy counts what was deleted; they find the same.
    assert [{hit.passage_id for hit in ranking} for ranking in before[:2]] == [
        {hit.passage_id for hit in ranking} for ranking in after[:2]
    ]
    assert before[2:] == after[2:]
    assert all(after)
    return after


def published_files(directory: Path) -> list[Path]:
    """Return every file that opening this library reads, but the database."""
    manifest = read_manifest(directory / INDEXES)
    assert manifest is not None
    files = [path for path in (directory / INDEXES / manifest.directory).rglob("*") if path.suffix != ".lock"]
    return [directory / INDEXES / "manifest.json", *sorted(path for path in files if path.is_file())]


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip_bit(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) * 8)
    flipped = bytearray(data)
    flipped[at // 8] ^= 1 << at % 8
    return bytes(flipped)


def damage_some_file(directory: Path, chance: random.Random) -> str:
    """Truncate a published file or flip a bit in it; return what was done to which kind of file."""
    path = chance.choice([path for path in published_files(directory) if path.stat().st_size])
    how = chance.choice([truncate, flip_bit])
    path.write_bytes(how(path.read_bytes(), chance))
    kind = path.suffix if path.parent.name == "lexical" and path.suffix != ".json" else path.name
    return f"{kind}, {how.__name__}"


def require_mended(directory: Path, expected: Rankings, what: str) -> None:
    """Fail unless opening finds the damage, says so, and finds everything as before; then nothing is left to mend."""
    with Library.open(directory, HashEmbedder()) as library:
        assert len(library.notices) == 1 and "made again from the database" in library.notices[0], what
        assert rankings(library) == expected, what
        assert library.check() == [], what
    with Library.open(directory, HashEmbedder()) as library:
        assert library.notices == [], what


def sweep(folder: Path, master: Path, expected: Rankings, trials: int) -> Counter[str]:
    chance, tally = random.Random(SEED), Counter[str]()
    for _ in range(trials):
        shutil.copytree(master, folder / "one")
        what = damage_some_file(folder / "one", chance)
        require_mended(folder / "one", expected, what)
        tally[what] += 1
        remove_tree(folder / "one")
    return tally


def test_damaged_derived_files_are_found_and_made_again(folder: Path, master: Path, expected: Rankings) -> None:
    assert sweep(folder, master, expected, 25).total() == 25


@pytest.mark.sweep
def test_three_hundred_damages_are_found_and_mended(
    folder: Path, master: Path, expected: Rankings, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweep(folder, master, expected, 300)
    with capsys.disabled():
        rows: list[list[object]] = [
            ["damage", "found, rebuilt, results identical"],
            *map(list, sorted(tally.items())),
            ["all", 300],
        ]
        print("\n" + table(rows))  # noqa: T201


def test_every_published_file_may_be_lost(folder: Path, master: Path, expected: Rankings) -> None:
    for number in range(len(published_files(master))):
        copy = folder / f"copy{number}"
        shutil.copytree(master, copy)
        lost = published_files(copy)[number]
        lost.unlink()
        require_mended(copy, expected, lost.name)
        remove_tree(copy)


@pytest.mark.parametrize("lost", ["indexes", "indexes/{current}", "indexes/{current}/lexical"])
def test_every_published_folder_may_be_lost(folder: Path, master: Path, expected: Rankings, lost: str) -> None:
    manifest = read_manifest(master / INDEXES)
    assert manifest is not None
    remove_tree(master / lost.format(current=manifest.directory))
    require_mended(master, expected, lost)


def test_a_file_that_is_lost_under_an_open_library_does_not_stop_writing(master: Path) -> None:
    with Library.open(master, HashEmbedder()) as library:
        for path in published_files(master):
            path.unlink()
        library.add([document("z")])
        assert library.check() == []
        assert {"b", "z"} <= {info.id for info in library.documents()}
        assert library.snapshot().count == library.stats().passages


def test_indexes_of_another_library_are_not_taken_up(folder: Path, master: Path) -> None:
    """The database alone was put back: the same generation and the same counts, other texts."""
    with Library.open(folder / "other", HashEmbedder(), create=True) as library:
        library.add([document(name, 2) for name in NAMES])
        library.add([document("c"), document("i", 2)])
        library.remove(["a"])
        generation = library.stats().generation
    remove_tree(master / INDEXES)
    shutil.copytree(folder / "other" / INDEXES, master / INDEXES)
    with Library.open(master, HashEmbedder()) as library:
        assert library.stats().generation == generation
        assert len(library.notices) == 1
        ids = [hit.passage_id for hit in library.snapshot().search_lexical(LexicalQuery(exact={"b": 1.0}), 50)]
        assert {passage.document.text for passage in library.passages(ids).values()} == {document("b").text}


# -- the database itself -----------------------------------------------------------------------------------------------


def overwrite_header(path: Path) -> None:
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def replace_by_text(path: Path) -> None:
    path.write_text("Đây không phải là một cơ sở dữ liệu.\n" * 200, encoding="utf-8")


@pytest.mark.parametrize("harm", [overwrite_header, empty, replace_by_text])
@pytest.mark.parametrize("create", [False, True])
def test_a_damaged_database_is_refused_and_never_begun_anew(
    master: Path, harm: Callable[[Path], None], create: bool
) -> None:
    harm(master / DATABASE)
    harmed = (master / DATABASE).read_bytes()
    with pytest.raises(LibraryDamaged) as caught:
        Library.open(master, HashEmbedder(), create=create)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    assert (master / DATABASE).read_bytes() == harmed


def test_a_database_cut_in_half_is_refused_or_reported(master: Path) -> None:
    cut_in_half(master / DATABASE)
    assert problems_of(master)


def test_the_command_line_ends_with_3_when_the_database_is_damaged(master: Path) -> None:
    empty(master / DATABASE)
    for command in (["docs", "list"], ["index", __file__], ["doctor"], ["doctor", "--rebuild"]):
        assert CliRunner().invoke(program, ["--data", str(master), *command]).exit_code == 3, command
    assert (master / DATABASE).read_bytes() == b""


def problems_of(directory: Path) -> list[str]:
    """Return what opening and checking says; both may refuse."""
    try:
        with Library.open(directory, HashEmbedder()) as library:
            return library.check()
    except LibraryDamaged as error:
        return [str(error)]


def test_a_page_of_garbage_is_reported(folder: Path, master: Path) -> None:
    pages = (master / DATABASE).stat().st_size // _PAGE
    assert pages > 10
    chance = random.Random(SEED)
    for page in range(pages):
        shutil.copytree(master, folder / "one")
        data = bytearray((folder / "one" / DATABASE).read_bytes())
        data[page * _PAGE : (page + 1) * _PAGE] = chance.randbytes(_PAGE)
        (folder / "one" / DATABASE).write_bytes(data)
        assert problems_of(folder / "one"), f"page {page} of {pages}"
        remove_tree(folder / "one")


def test_a_changed_letter_is_reported_though_sqlite_sees_none(master: Path) -> None:
    path = master / DATABASE
    data = path.read_bytes()
    assert b"qu\xc3\xbdt" in data
    path.write_bytes(data.replace("Đoạn chung số 8".encode(), "Đoạn chung số 9".encode(), 1))
    (problem,) = problems_of(master)
    assert "the text of document" in problem and "is not the one that was stored" in problem

"""The commands over a real library of the seeds: results, JSON, exit codes, and what stays when files change."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from index.loaders import load
from index.lock import WriteLock
from tests.conftest import HashEmbedder
from tests.web.cli_program import NONSENSE, QUESTION, SEEDS, index_seeds, invoke, json_lines

QUESTIONS = [
    QUESTION,
    "co bao nhieu don vi duoc khen thuong o Can Tho",
    "Ai là Bí thư Thành ủy Hải Phòng?",
    "UBND thành phố Cần Thơ tặng bằng khen cho bao nhiêu cá nhân?",
    "How many collectives were commended in Can Tho?",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("cli") / "library")


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """A copy of the library, for changing."""
    return shutil.copytree(library, tmp_path / "library")


def parsed(*arguments: str | Path, data: Path, code: int = 0, **more: Any) -> Any:
    result = invoke(*arguments, "--json", data=data, **more)
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


def ids(data: Path) -> dict[str, str]:
    """The document ids by file name."""
    return {Path(each["source"]).name: each["id"] for each in parsed("docs", "list", data=data)["documents"]}


# -- index ------------------------------------------------------------------------------------------------------------


def test_indexing_counts_what_it_did_and_again_changes_nothing(tmp_path: Path) -> None:
    first = parsed("index", *SEEDS, data=tmp_path / "library")
    assert (len(first["added"]), first["replaced"], first["unchanged"], first["skipped"]) == (5, [], [], [])
    again = parsed("index", *SEEDS, data=tmp_path / "library")
    assert (again["added"], again["replaced"], len(again["unchanged"])) == ([], [], 5)
    assert again["generation"] == first["generation"]


def test_what_cannot_be_read_is_named_with_its_reason_and_the_rest_is_indexed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "tot.txt").write_text("Cần Thơ có 54 tập thể được khen thưởng.", encoding="utf-8")
    (tmp_path / "in" / "rong.txt").write_bytes(b"")
    (tmp_path / "in" / "anh.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    result = invoke("index", tmp_path / "in", tmp_path / "khong-co.txt", data=tmp_path / "library")
    assert result.exit_code == 2
    assert "Added 1, replaced 0, unchanged 0, removed 0, skipped 3" in result.stdout
    for name in ("rong.txt", "anh.txt", "khong-co.txt: there is no such file"):
        assert f"{name}" in result.stderr
    assert "Files not indexed: 3" in result.stderr
    assert invoke("ask", "Bao nhiêu tập thể được khen thưởng?", data=tmp_path / "library").exit_code == 0


def test_skipped_files_are_in_the_json_with_reason_and_hint(tmp_path: Path) -> None:
    (tmp_path / "cu.txt").write_bytes("Cần Thơ".encode("utf-16-le")[:-1] + b"\xff")
    (tmp_path / "tot.txt").write_text("Một văn bản.", encoding="utf-8")
    report = parsed("index", tmp_path / "cu.txt", tmp_path / "tot.txt", data=tmp_path / "library", code=2)
    assert [each["path"] for each in report["skipped"]] == [str(tmp_path / "cu.txt")]
    assert report["skipped"][0]["reason"]
    assert not report["skipped"][0]["reason"].startswith(str(tmp_path))


def test_a_path_that_does_not_exist_makes_no_library(tmp_path: Path) -> None:
    result = invoke("index", tmp_path / "nix", data=tmp_path / "library")
    assert result.exit_code == 2
    assert "Error: Found no file to index." in result.stderr
    assert not (tmp_path / "library").exists()


def test_a_file_name_that_is_no_text_is_skipped_and_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "tot.txt").write_text("Một văn bản.", encoding="utf-8")
    bad = tmp_path / b"t\xff.txt".decode(errors="surrogateescape")
    bad.write_text("Một văn bản khác.", encoding="utf-8")
    report = parsed("index", tmp_path, data=tmp_path / "library", code=2)
    assert (len(report["added"]), len(report["skipped"])) == (1, 1)
    assert "UTF-8" in report["skipped"][0]["reason"]


def test_a_changed_file_replaces_its_document(tmp_path: Path) -> None:
    file = tmp_path / "thong-bao.txt"
    file.write_text("Cuộc họp diễn ra ngày 01/02/2024.", encoding="utf-8")
    (added,) = parsed("index", file, data=tmp_path / "library")["added"]
    file.write_text("Cuộc họp dời sang ngày 15/03/2024.", encoding="utf-8")
    assert parsed("index", file, data=tmp_path / "library")["replaced"] == [added]
    assert parsed("docs", "show", added, data=tmp_path / "library")["text"] == "Cuộc họp dời sang ngày 15/03/2024."


def test_prune_removes_only_what_is_gone_from_the_folders_named(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name in ("mot.txt", "hai.txt"):
            (tmp_path / folder / name).write_text(f"Văn bản {folder} {name}.", encoding="utf-8")
    data = tmp_path / "library"
    parsed("index", tmp_path / "a", tmp_path / "b", data=data)
    (tmp_path / "a" / "mot.txt").unlink()
    (tmp_path / "b" / "mot.txt").unlink()
    assert parsed("index", tmp_path / "a", data=data)["removed"] == []
    report = parsed("index", tmp_path / "a", "--prune", data=data)
    assert len(report["removed"]) == 1
    left = {each["source"] for each in parsed("docs", "list", data=data)["documents"]}
    assert left == {str((tmp_path / where).resolve()) for where in ("a/hai.txt", "b/hai.txt", "b/mot.txt")}


def test_prune_empties_a_folder_but_spares_one_that_is_missing(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mot.txt").write_text(f"Văn bản {folder}.", encoding="utf-8")
    data = tmp_path / "library"
    parsed("index", tmp_path / "a", tmp_path / "b", data=data)
    (tmp_path / "a" / "mot.txt").unlink()
    shutil.rmtree(tmp_path / "b")
    report = parsed("index", tmp_path / "a", tmp_path / "b", "--prune", data=data, code=2)
    assert (len(report["removed"]), len(report["skipped"])) == (1, 1)
    assert parsed("docs", "list", data=data)["total"] == 1


def test_an_interrupt_keeps_what_was_stored_and_says_how_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    files = tmp_path / "in"
    files.mkdir()
    for at in range(400):
        (files / f"{at:03}.txt").write_text(f"Văn bản số {at}.", encoding="utf-8")

    def load_until_interrupted(path: Path) -> Any:
        if path.name == "390.txt":
            raise KeyboardInterrupt
        return load(path)

    monkeypatch.setattr("web.commands.index.load", load_until_interrupted)
    result = invoke("index", files, data=tmp_path / "library")
    assert result.exit_code == 130
    assert "Stopped. 256 documents (256 passages) are safely stored" in result.stderr
    monkeypatch.undo()
    assert parsed("docs", "list", data=tmp_path / "library")["total"] == 256
    report = parsed("index", files, data=tmp_path / "library")
    assert (len(report["unchanged"]), len(report["added"])) == (256, 144)


# -- ask and search ---------------------------------------------------------------------------------------------------


def test_an_answer_names_its_sentence_its_document_and_its_place(library: Path) -> None:
    result = invoke("ask", QUESTION, data=library)
    assert result.exit_code == 0
    assert "54 tập thể" in result.stdout
    assert "«" in result.stdout
    assert "Source: Cần Thơ: Nhân rộng cách làm hay, hiệu quả trong học tập, làm theo Bác" in result.stdout
    answer = parsed("ask", QUESTION, data=library)["answers"][0]["citations"][0]
    place = f"{answer['document_id']}, characters {answer['start_char_index']}–{answer['end_char_index']}"
    assert f"Place: {place}" in result.stdout
    assert "Confidence: " in result.stdout
    assert "\x1b" not in result.stdout


def test_quotes_are_optional(library: Path) -> None:
    assert parsed("ask", *QUESTION.split(), data=library)["question"] == QUESTION
    result = invoke("ask", *QUESTION.split(), data=library)
    assert result.stdout == invoke("ask", QUESTION, data=library).stdout


def test_expansions_are_shown(library: Path) -> None:
    result = invoke("ask", "UBND thành phố Cần Thơ tặng gì?", data=library, HOIDAP_LANG="vi")
    assert "Đã hiểu: UBND → ủy ban nhân dân" in result.stdout


def test_no_answer_says_so_and_how_to_go_on(library: Path) -> None:
    result = invoke("ask", NONSENSE, data=library)
    assert result.exit_code == 1
    assert "do not answer this question" in result.stdout
    assert "Hint: ask again in words that the documents use" in result.stdout
    found = parsed("ask", NONSENSE, data=library, code=1)
    assert (found["status"], found["answers"]) == ("no_answer", [])


def test_flags_may_stand_before_the_command_too(library: Path, tmp_path: Path) -> None:
    result = invoke("--data", library, "--json", "--lang", "vi", "ask", QUESTION, data=tmp_path / "elsewhere")
    assert json.loads(result.stdout)["status"] == "answered"
    result = invoke("--data", tmp_path, "ask", QUESTION, "--data", library, data=tmp_path / "elsewhere")
    assert result.exit_code == 0


@pytest.mark.parametrize("question", ["", "   ", "x" * 1001, "a\x00b", "a\udcffb"])
def test_what_is_no_question_is_bad_input(question: str, library: Path) -> None:
    result = invoke("ask", question, data=library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("limit", ["0", "-1", "51"])
def test_a_limit_out_of_range_is_bad_input(limit: str, library: Path) -> None:
    assert invoke("ask", QUESTION, "--limit", limit, data=library).exit_code == 2


def test_the_limit_is_the_number_of_passages(library: Path) -> None:
    assert len(parsed("ask", QUESTION, "--limit", "3", data=library)["passages"]) <= 3
    assert len(parsed("search", QUESTION, "--limit", "2", data=library)["passages"]) == 2


def test_without_a_library_the_next_step_is_named(tmp_path: Path) -> None:
    result = invoke("ask", QUESTION, data=tmp_path / "none", HOIDAP_LANG="vi")
    assert result.exit_code == 2
    assert "Lỗi: Thư mục dữ liệu chưa có thư viện" in result.stderr
    assert "Gợi ý: lập thư viện trước: hoidap index ĐƯỜNG_DẪN" in result.stderr
    error = json.loads(invoke("ask", QUESTION, "--json", data=tmp_path / "none").stderr)["error"]
    assert error["code"] == "no_library"


def test_many_questions_give_one_line_each_in_order_and_a_bad_one_does_not_stop_the_rest(library: Path) -> None:
    lines = [QUESTION.encode(), b"", b"\xff\xfe", b"x" * 1001, b"y" * 200_000, NONSENSE.encode(), QUESTIONS[2].encode()]
    result = invoke("ask", "--json", "-", data=library, stdin=b"\xef\xbb\xbf" + b"\r\n".join(lines))
    found = json_lines(result.stdout_bytes)
    assert result.exit_code == 2
    assert [each.get("status", "error") for each in found] == [
        "answered", "error", "error", "error", "error", "no_answer", "answered",
    ]  # fmt: skip
    assert found[0]["question"] == QUESTION
    assert {each["error"]["code"] for each in found if "error" in each} == {"invalid_input"}


def test_many_questions_in_text_are_told_apart(library: Path) -> None:
    result = invoke("ask", "-", data=library, stdin=f"{QUESTION}\n\n{NONSENSE}\n")
    assert result.exit_code == 1
    assert f"Question: {QUESTION}\n" in result.stdout
    assert f"Question: {NONSENSE}\n" in result.stdout


def test_no_questions_at_all_is_no_failure(library: Path) -> None:
    result = invoke("ask", "--json", "-", data=library, stdin=b"")
    assert (result.exit_code, result.stdout) == (0, "")


def test_search_shows_passages_with_their_places(library: Path) -> None:
    result = invoke("search", "khen thưởng", "Cần Thơ", data=library)
    assert result.exit_code == 0
    assert result.stdout.startswith("1. ")
    assert "characters" in result.stdout
    for passage in parsed("search", "khen thưởng Cần Thơ", data=library)["passages"]:
        text = parsed("docs", "show", passage["document_id"], data=library)["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]


# -- the promise ------------------------------------------------------------------------------------------------------


def test_every_citation_is_the_slice_of_the_text_that_docs_show_gives(library: Path) -> None:
    answers = invoke("ask", "--json", "-", data=library, stdin="\n".join(QUESTIONS))
    citations = [
        citation
        for result in json_lines(answers.stdout_bytes)
        for answer in result["answers"]
        for citation in answer["citations"]
    ]
    assert citations
    for citation in citations:
        text = invoke("docs", "show", citation["document_id"], data=library).stdout_bytes.decode()
        assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]


AWKWARD = "Tiêu đề văn bản\r\n\r\n🙂 Cần Thơ có\u2028 54 tập thể\x1b[31m đỏ\x1b[0m\x85được khen thưởng.\r\n\r\nHết.\n"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_awkward_text_comes_back_exactly_and_is_cited_exactly(form: Any, tmp_path: Path) -> None:
    text = unicodedata.normalize(form, AWKWARD)
    (tmp_path / "van-ban.txt").write_bytes(text.encode())
    data = tmp_path / "library"
    (document,) = parsed("index", tmp_path / "van-ban.txt", data=data)["added"]
    assert invoke("docs", "show", document, data=data).stdout_bytes == text.encode()
    assert parsed("docs", "show", document, data=data)["text"] == text
    citation = parsed("ask", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data)["answers"][0]["citations"][0]
    assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
    shown = invoke("ask", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data).stdout
    assert "\x1b" not in shown
    assert "\x85" not in shown


# -- verify -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def changing(tmp_path: Path) -> tuple[Path, Path]:
    """A file and a library of it alone."""
    file, data = tmp_path / "thong-bao.txt", tmp_path / "library"
    file.write_text("Thông báo chung\n\nNăm nay Cần Thơ có 54 tập thể được khen thưởng.", encoding="utf-8")
    parsed("index", file, data=data)
    return file, data


def test_a_saved_answer_holds_moves_and_goes(changing: tuple[Path, Path]) -> None:
    file, data = changing
    saved = invoke("ask", "--json", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data).stdout
    verified = invoke("verify", data=data, stdin=saved)
    assert verified.exit_code == 0
    assert re.search(r"^([1-9]) of \1 citations hold\.$", verified.stdout, re.MULTILINE)
    text = file.read_text(encoding="utf-8")
    file.write_text("Bản sửa đổi.\n\n" + text, encoding="utf-8")
    parsed("index", file, data=data)
    moved = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in moved if "54 tập thể" in check["cited_text"]} == {"moved"}
    file.write_text("Đã hủy bỏ toàn bộ nội dung cũ của thông báo.", encoding="utf-8")
    parsed("index", file, data=data)
    stale = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in stale} == {"stale"}
    (document,) = ids(data).values()
    parsed("docs", "remove", document, "--yes", data=data)
    unknown = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in unknown} == {"unknown"}
    assert "unknown: " in invoke("verify", data=data, stdin=saved).stdout


def test_verify_reads_a_file_of_lines_lists_and_single_citations(library: Path, tmp_path: Path) -> None:
    lines = invoke("ask", "--json", "-", data=library, stdin=f"{QUESTION}\n\n{NONSENSE}\n").stdout
    file = tmp_path / "saved.jsonl"
    file.write_text(lines, encoding="utf-8")
    result = invoke("verify", file, data=library)
    assert result.exit_code == 0
    assert "record an error and cite nothing: 1" in result.stderr
    citations = json_lines(lines.encode())[0]["answers"][0]["citations"]
    assert parsed("verify", "-", data=library, stdin=json.dumps(citations))["valid"] == len(citations)
    assert parsed("verify", "-", data=library, stdin=json.dumps(citations[0], indent=2))["valid"] == 1


@pytest.mark.parametrize(
    "saved",
    [b"", b"not json", b'{"answers": 1}', b"[1]", b'"text"', b"\xff", b"[" * 100_000, b'{"cited_text": "x"}\n{oops'],
    ids=["empty", "words", "wrong", "number", "string", "bytes", "deep", "second line"],
)
def test_what_was_never_saved_by_us_is_bad_input(saved: bytes, library: Path) -> None:
    result = invoke("verify", data=library, stdin=saved)
    assert result.exit_code == (0 if saved == b"" else 2)
    assert "Traceback" not in result.stderr


def test_verify_says_which_file_is_missing(library: Path, tmp_path: Path) -> None:
    result = invoke("verify", tmp_path / "nix.json", data=library)
    assert result.exit_code == 2
    assert "nix.json: No such file or directory" in result.stderr


# -- docs -------------------------------------------------------------------------------------------------------------


def test_documents_are_listed_and_filtered(library: Path) -> None:
    assert parsed("docs", "list", data=library)["total"] == 5
    (found,) = parsed("docs", "list", "--contains", "Bắc Giang", data=library)["documents"]
    assert found["title"].startswith("Bắc Giang: Tuyên dương 40 tập thể")
    listing = invoke("docs", "list", data=library).stdout
    assert found["id"] in listing
    assert "5 documents, " in listing
    assert "There are no documents." in invoke("docs", "list", "--contains", NONSENSE, data=library).stdout


def test_removing_asks_for_yes_where_nobody_can_be_asked(own: Path) -> None:
    first, *_ = ids(own).values()
    refused = invoke("docs", "remove", first, data=own)
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert parsed("docs", "remove", first, "--yes", data=own) == {"removed": [first]}
    assert parsed("docs", "list", data=own)["total"] == 4
    assert invoke("docs", "show", first, data=own).exit_code == 2


def test_removing_nothing_known_removes_nothing(own: Path) -> None:
    first, *_ = ids(own).values()
    result = invoke("docs", "remove", first, "khong-co", "--yes", data=own, HOIDAP_LANG="vi")
    assert result.exit_code == 2
    assert "Thư viện không có tài liệu này" in result.stderr
    assert parsed("docs", "list", data=own)["total"] == 5


# -- care -------------------------------------------------------------------------------------------------------------


def test_doctor_finds_a_sound_library_sound(library: Path) -> None:
    report = parsed("doctor", data=library)
    assert (report["sound"], report["problems"], report["documents"]) == (True, [], 5)
    shown = invoke("doctor", data=library, HOIDAP_LANG="vi").stdout
    assert "5 tài liệu" in shown
    assert "Thư viện nguyên vẹn." in shown


def test_doctor_rebuilds_to_the_same_answers(own: Path) -> None:
    before = parsed("ask", QUESTION, data=own)["answers"]
    assert "rebuilt" in invoke("doctor", "--rebuild", data=own).stdout
    assert parsed("ask", QUESTION, data=own)["answers"] == before


def test_damaged_indexes_are_mended_and_it_is_said(own: Path) -> None:
    for path in (own / "indexes").rglob("*"):
        if path.is_file() and path.stat().st_size > 200:
            raw = bytearray(path.read_bytes())
            raw[len(raw) // 2] ^= 0xFF
            path.write_bytes(bytes(raw))
    result = invoke("ask", QUESTION, data=own)
    assert result.exit_code == 0
    assert "Note: " in result.stderr
    assert parsed("doctor", data=own)["sound"] is True


def test_a_damaged_database_is_exit_code_three(own: Path) -> None:
    for path in own.glob("library.sqlite*"):  # the log beside it may hold the whole truth
        path.unlink()
    (own / "library.sqlite").write_bytes(b"this is no database" * 1000)
    for command in (["ask", QUESTION], ["doctor"], ["docs", "list"], ["index", str(SEEDS[0])]):
        result = invoke(*command, data=own, HOIDAP_LANG="vi")
        assert result.exit_code == 3, command
        assert "Cơ sở dữ liệu của thư viện bị hỏng" in result.stderr


def test_a_library_in_use_is_waited_for_and_then_named_as_busy(own: Path) -> None:
    first, *_ = ids(own).values()
    with WriteLock(own).held(1.0):
        result = invoke("docs", "remove", first, "--yes", "--wait", "0.1", data=own, HOIDAP_LANG="vi")
        assert invoke("ask", QUESTION, data=own).exit_code == 0
    assert result.exit_code == 2
    assert "Lỗi: Một tiến trình khác đang ghi vào thư viện" in result.stderr
    assert "Gợi ý: đợi lâu hơn bằng --wait GIÂY" in result.stderr
    assert invoke("docs", "remove", first, "--yes", data=own).exit_code == 0


def test_another_model_is_refused_with_the_command_that_mends_it(
    own: Path, hash_embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("web.wiring", "web.commands.doctor"):
        monkeypatch.setattr(f"{module}.build_embedder", lambda _settings: hash_embedder)
    refused = invoke("ask", QUESTION, data=own)
    assert refused.exit_code == 2
    assert "hoidap doctor --reembed --model hash-embedder" in refused.stderr
    assert "Gợi ý: bỏ --model" in invoke("ask", QUESTION, data=own, HOIDAP_LANG="vi").stderr
    moved = invoke("doctor", "--reembed", data=own)
    assert moved.exit_code == 0
    assert "made again with the model hash-embedder" in moved.stdout
    assert invoke("ask", QUESTION, data=own).exit_code == 0


def test_a_backup_is_a_library(own: Path, tmp_path: Path) -> None:
    result = invoke("backup", tmp_path / "copy", data=own)
    assert result.exit_code == 0
    assert str(tmp_path / "copy") in result.stdout
    shutil.rmtree(own)
    assert parsed("ask", QUESTION, data=tmp_path / "copy")["status"] == "answered"


def test_a_backup_overwrites_nothing(own: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "file").touch()
    assert invoke("backup", tmp_path / "copy", data=own).exit_code == 2


def test_keys_are_made_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    created = invoke("keys", "create", "Cổng thông tin", "--role", "ingest", data=tmp_path)
    token = created.stdout.strip()
    assert token.startswith("hd_")
    assert "Cổng thông tin" in created.stderr
    listing = invoke("keys", "list", data=tmp_path).stdout
    assert "ingest" in listing
    assert token not in listing
    (key,) = parsed("keys", "list", data=tmp_path)["keys"]
    assert invoke("keys", "revoke", key["id"], data=tmp_path).exit_code == 0
    assert invoke("keys", "list", data=tmp_path).stdout == "There are no keys.\n"
    assert invoke("keys", "revoke", key["id"], data=tmp_path).exit_code == 2


def test_a_key_in_json_carries_its_token(tmp_path: Path) -> None:
    key = parsed("keys", "create", "a", data=tmp_path)
    assert (key["role"], key["token"][:3]) == ("search", "hd_")


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = invoke("index", SEEDS[0], data=tmp_path / "file" / "library")
    assert result.exit_code == 2
    assert "The system refused: " in result.stderr


def test_a_bug_keeps_its_traceback_and_is_not_taken_for_no_answer(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr("web.commands.search.build_answerer", lambda *_: 1 / 0)
    result = invoke("search", "x", data=library)
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr
    assert "please report it" in result.stderr

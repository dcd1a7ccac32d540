"""Loaders: what a file becomes, and how a file that cannot be read says so."""

from __future__ import annotations

import os
import re
import struct
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.loaders import SUFFIXES, document_id, find_files, load
from index.loaders.decode import decode
from index.loaders.markdown import load_markdown
from index.loaders.titles import guess_title

SEEDS = Path(__file__).parents[2] / "seeds"


def write(path: Path, text: str | bytes = "Một văn bản có tên\n\nNội dung.") -> Path:
    """Write the file as bytes, so that line ends stay, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_text_stays_as_it_is(tmp_path: Path) -> None:
    text = "  Hoà\r\nbi\u0300nh\n\n 😀 \u00a0"
    document = load(write(tmp_path / "a.txt", text))
    assert document.text == text
    assert document.source == str(tmp_path / "a.txt")


def test_the_titles_of_the_seeds() -> None:
    titles = {path.name[:3]: load(path).title for path in find_files([SEEDS]) if path.suffix == ".txt"}
    assert titles == {
        "000": "Học và làm theo Bác trở thành nhu cầu văn hóa, giá trị tinh thần của mỗi người dân",
        "001": "Đảng bộ thành phố Hà Nội: Tạo chuyển biến thực chất trong thực hiện Kết luận số 01-KL/TƯ",
        "002": "Bắc Giang: Tuyên dương 40 tập thể, cá nhân điển hình học tập và làm theo tấm gương đạo đức Hồ Chí Minh",
        "003": "Cần Thơ: Nhân rộng cách làm hay, hiệu quả trong học tập, làm theo Bác",
        "004": "Học và làm theo Bác: Gắn nhiệm vụ chính trị với các phong trào thi đua, cuộc vận động",
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  Chính trị\n\nHội nghị tổng kết năm\n\nSáng nay.", "Hội nghị tổng kết năm"),
        ("Nội quy\n\nĐiều 1. Giờ làm việc của cơ quan", "Nội quy"),
        ("Ghi chú\n\nHôm nay họp lúc 8 giờ.", "Ghi chú"),
        ("QUYẾT ĐỊNH\nVề việc khen thưởng tập thể\n", "QUYẾT ĐỊNH Về việc khen thưởng tập thể"),
        (
            "UBND TỈNH LAI CHÂU\nCỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
            "Số: 12/QĐ-UBND\nLai Châu, ngày 5 tháng 3 năm 2024\nKẾ HOẠCH\nThực hiện Kết luận số 01",
            "KẾ HOẠCH Thực hiện Kết luận số 01",
        ),
        ("Thứ tư, 17/05/2023 16:31\nBắc Giang khen thưởng", "Bắc Giang khen thưởng"),
        ("-----\n123\nTên bài viết này", "Tên bài viết này"),
        ("từ " * 100, "từ " * 65 + "từ…"),
        ("x" * 500, "x" * 200 + "…"),
        ("12345", ""),
    ],
)
def test_the_title_is_the_first_line_that_reads_like_one(text: str, title: str) -> None:
    assert guess_title(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Lời dẫn\n\n# Tên **chính** của [bài](http://x)  ##\r\n", "Tên chính của bài"),
        ("---\ntitle: 'Tên khai báo'\ntags: a\n---\n# Khác\n", "Tên khai báo"),
        ("---\r\ntags: a\r\n---\r\n\r\n## Đầu đề\r\n", "Đầu đề"),
        ("```sh\n# chú thích\n```\n# Thật\n", "Thật"),
        ("Không có đầu đề nào cả\n\nVăn bản.", "Không có đầu đề nào cả"),
        ("# snake_case_name và `mã`", "snake_case_name và mã"),
    ],
)
def test_the_title_of_markdown(text: str, title: str) -> None:
    content = load_markdown(text.encode(), "a.md")
    assert (content.title, content.text) == (title, text)


def test_a_file_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    assert load(write(tmp_path / "Bảng số.txt", "1 2 3")).title == "Bảng số"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfH\xc3\xb2a", "Hòa"),
        ("Hòa\r\n".encode("utf-16"), "Hòa\r\n"),
        (b"\xfe\xff" + "Hòa".encode("utf-16-be"), "Hòa"),
    ],
)
def test_byte_order_marks_are_read_and_dropped(data: bytes, text: str) -> None:
    assert decode(data, "a.txt") == text


@pytest.mark.parametrize(
    ("data", "reason", "hint"),
    [
        (b"", "holds no text", "saved"),
        (b" \r\n\xc2\xa0", "holds no text", "saved"),
        (b"\xef\xbb\xbf", "holds no text", "saved"),
        (b"ab\xe9c", "not valid UTF-8 (byte 0xe9 at offset 2)", "iconv"),
        (b"\xef\xbb\xbfab\xe9c", "not valid UTF-8 (byte 0xe9 at offset 5)", "iconv"),
        (b"\x89PNG\x00\x01", "a NUL byte at offset 4", "text"),
        (b"abc\x00def", "a NUL character at offset 3", "text"),
        (b"\xff\xfe\x00\xd8", "not valid UTF-16 (byte 0x00 at offset 2)", "iconv"),
        (b"\xed\xa0\x80", "not valid UTF-8", "iconv"),
        ("a".encode("utf-32"), "UTF-32", "iconv"),
    ],
)
def test_what_is_not_text_is_refused_with_reason_and_advice(data: bytes, reason: str, hint: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(reason)) as caught:
        decode(data, "a.txt")
    assert str(caught.value).startswith("a.txt: ")
    assert hint in caught.value.hint


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("codec", "name"), [("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE")])
def test_utf_16_without_its_mark_is_named_with_what_to_do(form: Literal["NFC", "NFD"], codec: str, name: str) -> None:
    for text in ("Hòa", "Văn bản số 1\r\n", (SEEDS / "003_a402cb938e9cf45f.txt").read_text(encoding="utf-8")):
        data = unicodedata.normalize(form, text).encode(codec)
        with pytest.raises(UnreadableFile, match=f"^a.txt: likely {name} without a byte order mark") as caught:
            decode(data, "a.txt")
        assert caught.value.hint == f"save it as UTF-8, or convert it: iconv -f {name} -t UTF-8 OLD > NEW"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00",
        struct.pack("<40i", *range(1, 41)),  # numbers of four bytes have a NUL at either place
        b"abc\x00defg",
        b"a\x00b",
        "Hòa\0".encode("utf-16"),
    ],
)
def test_other_bytes_with_nul_are_no_text_still(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a text file"):
        decode(data, "a.txt")


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data, "a")
    except UnreadableFile:
        return
    assert text.strip()
    assert "\0" not in text


@given(st.text())
def test_any_text_has_a_title_or_none(text: str) -> None:
    title = guess_title(text)
    assert len(title) <= 201
    assert title == " ".join(title.split())


@pytest.mark.parametrize("case", ["missing", "folder", "large", "pipe", "loop"])
def test_files_that_cannot_be_read_say_why(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.txt"
    reasons = {
        "missing": "no such file",
        "folder": "is a directory",
        "large": "larger than the limit of 4 bytes",
        "pipe": "not a regular file",
        "loop": "symbolic links",
    }
    if case == "folder":
        path.mkdir()
    elif case == "large":
        write(path)
    elif case == "pipe":
        os.mkfifo(path)
    elif case == "loop":
        path.symlink_to(path)
    with pytest.raises(UnreadableFile, match=reasons[case]):
        load(path, max_bytes=4)


def test_a_file_of_the_very_size_of_the_limit_is_read(tmp_path: Path) -> None:
    assert load(write(tmp_path / "a.txt", "abcd"), max_bytes=4).text == "abcd"


def test_permission_denied_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFile, match="permission denied") as caught:
        load(path)
    assert caught.value.hint


def test_ids_are_readable_stable_and_safe(tmp_path: Path) -> None:
    one = load(write(tmp_path / "Kết luận số 01-KL (Đảng).txt"))
    assert re.fullmatch(r"ket-luan-so-01-kl-dang-[0-9a-f]{8}", one.id)
    assert load(write(tmp_path / "Kết luận số 01-KL (Đảng).txt", "khác hẳn")).id == one.id
    assert load(write(tmp_path / "b" / "Kết luận số 01-KL (Đảng).txt")).id != one.id


@given(st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1))
def test_ids_hold_safe_characters_only(name: str) -> None:
    made = document_id(Path("/") / name)
    assert re.fullmatch(r"[a-z0-9._-]+", made)
    assert len(made) <= 57


def test_a_link_and_its_target_are_one_document(tmp_path: Path) -> None:
    target = write(tmp_path / "a.txt")
    link = tmp_path / "b.txt"
    link.symlink_to(target)
    assert load(link).id == load(target).id
    assert list(find_files([tmp_path])) == [target]


def test_the_place_below_the_root_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "x" / "a.txt")
    assert load(path, root=tmp_path).metadata == {"path": "x/a.txt"}
    assert load(path, root=tmp_path / "y").metadata == {}


def test_folders_are_walked_in_order_without_what_is_hidden_or_unknown(tmp_path: Path) -> None:
    for name in ("b/2.md", "b/1.txt", "a.TXT", ".git/x.txt", "b/.y.txt", "c.pdf", "d/e/f.markdown"):
        write(tmp_path / name)
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])]
    assert found == ["a.TXT", "b/1.txt", "b/2.md", "d/e/f.markdown"]
    assert {Path(name).suffix.lower() for name in found} <= SUFFIXES


def test_a_file_named_outright_is_yielded_whatever_it_is(tmp_path: Path) -> None:
    odd = write(tmp_path / "c.log", "Nhật ký hệ thống\n")
    missing = tmp_path / "không có"
    assert list(find_files([odd, missing, odd])) == [odd, missing]
    assert load(odd).title == "Nhật ký hệ thống"


def test_links_that_form_a_loop_come_to_an_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a" / "1.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    assert list(find_files([tmp_path])) == [path]


def test_a_folder_that_cannot_be_listed_is_left_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, closed = write(tmp_path / "a.txt"), tmp_path / "closed"
    closed.mkdir()
    listing = Path.iterdir

    def refuse(self: Path) -> object:
        if self == closed:
            raise PermissionError(13, "Permission denied")
        return listing(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert list(find_files([tmp_path])) == [path, closed]


@pytest.mark.parametrize("line", ["Số: 12/QĐ-UBND", "Số 12/2024", "Số : 1.2 - KH", "SỐ/KL"])
def test_the_number_of_a_document_is_not_its_title(line: str) -> None:
    assert guess_title(f"{line}\n\nVề việc khen thưởng các tập thể") == "Về việc khen thưởng các tập thể"


def test_guessing_a_title_takes_no_time_over_blanks() -> None:
    # With a pattern that tries every split of the blanks this takes minutes, and the suite would hang.
    assert guess_title(("so" + " " * 5_000 + "x\n") * 12).startswith("so")

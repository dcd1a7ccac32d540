"""The program as a process: streams, encodings, signals, a terminal, the clock."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from index.errors import LibraryDamaged
from index.store import Store
from tests.web.cli_program import (
    IMPORT_ROOT,
    NONSENSE,
    QUESTION,
    SEEDS,
    command_line,
    environment,
    index_seeds,
    json_lines,
    on_terminal,
    run,
    start,
)
from web.cli_text import columns

ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("process") / "library")


# -- exit codes and streams -------------------------------------------------------------------------------------------


def test_the_exit_code_tells_answer_from_silence_from_misuse(library: Path, tmp_path: Path) -> None:
    assert run("ask", QUESTION, data=library).returncode == 0
    assert run("ask", NONSENSE, data=library).returncode == 1
    assert run("ask", data=library).returncode == 2
    assert run("ask", QUESTION, data=tmp_path).returncode == 2


def test_results_and_complaints_go_to_different_streams(library: Path, tmp_path: Path) -> None:
    answered = run("ask", QUESTION, data=library)
    assert answered.stdout
    assert answered.stderr == b""
    failed = run("ask", QUESTION, data=tmp_path)
    assert failed.stdout == b""
    assert failed.stderr


def test_indexing_shows_no_bar_away_from_a_terminal(tmp_path: Path) -> None:
    done = run("index", *SEEDS, data=tmp_path / "library")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("Added 5,")


def test_what_is_said_in_json_can_be_checked_by_slicing_what_is_shown(library: Path) -> None:
    answer = run("ask", "--json", QUESTION, data=library)
    for each in json.loads(answer.stdout)["answers"]:
        for citation in each["citations"]:
            shown = run("docs", "show", citation["document_id"], data=library).stdout.decode()
            assert shown[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
    assert run("verify", data=library, stdin=answer.stdout).returncode == 0


# -- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1258", "utf-16"])
def test_no_encoding_makes_it_fail(encoding: str, library: Path) -> None:
    done = run("ask", QUESTION, data=library, PYTHONIOENCODING=encoding, HOIDAP_LANG="vi")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding)


def test_vietnamese_stays_legible_in_ascii(library: Path) -> None:
    done = run("ask", QUESTION, data=library, PYTHONIOENCODING="ascii", HOIDAP_LANG="vi")
    shown = done.stdout.decode("ascii")
    assert "54 tap the" in shown
    assert "Nguon: Can Tho: Nhan rong cach lam hay" in shown
    assert re.search(r"^   .*>54 tap the<", shown, re.MULTILINE)


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}, {"LANG": ""}])
def test_the_locale_c_does_not_make_it_fail(locale: dict[str, str], library: Path) -> None:
    done = run("ask", QUESTION, data=library, stdin=None, **locale)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1258"])
def test_json_means_the_same_in_every_encoding(encoding: str, library: Path) -> None:
    done = run("ask", "--json", QUESTION, data=library, PYTHONIOENCODING=encoding)
    answer = json.loads(done.stdout.decode(encoding))
    assert answer["question"] == QUESTION
    assert "54 tập thể" in json.dumps(answer, ensure_ascii=False)


def test_the_text_of_a_document_is_utf8_whatever_the_encoding(library: Path) -> None:
    (document,) = json.loads(run("docs", "list", "--contains", "Bắc Giang", "--json", data=library).stdout)["documents"]
    done = run("docs", "show", document["id"], data=library, PYTHONIOENCODING="ascii")
    assert done.stdout == Path(document["source"]).read_bytes()


def test_an_argument_that_is_no_text_is_bad_input(library: Path) -> None:
    done = run("ask", b"C\xe2n".decode(errors="surrogateescape"), data=library)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


# -- readers that go, disks that are full, streams that are closed ----------------------------------------------------


def test_a_reader_that_goes_away_ends_it_quietly(library: Path) -> None:
    questions = "\n".join([QUESTION] * 400).encode()
    process = start(
        "ask", "--json", "-", data=library, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(questions)
    process.stdin.close()
    assert json.loads(process.stdout.readline())["question"] == QUESTION
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141


def test_a_reader_that_goes_away_is_noticed_without_a_buffer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dai.txt"
    file.write_text("Một dòng của văn bản dài.\n" * 20_000, encoding="utf-8")
    assert run("index", file, data=tmp_path / "library").returncode == 0
    (document,) = json.loads(run("docs", "list", "--json", data=tmp_path / "library").stdout)["documents"]
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    whole = run("docs", "show", document["id"], data=tmp_path / "library")
    assert (whole.returncode, whole.stdout) == (0, file.read_bytes())
    for form in ([], ["--json"]):
        with start("docs", "show", document["id"], *form, data=tmp_path / "library", stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.read(1)
            process.stdout.close()
            assert process.wait(timeout=60) == 141


def test_answers_come_as_the_questions_do(library: Path) -> None:
    with start("ask", "--json", "-", data=library, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (QUESTION, NONSENSE, QUESTION):
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(timeout=60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize(
    "arguments", [["ask", QUESTION], ["docs", "list", "--json"], ["--help"]], ids=lambda each: each[0]
)
def test_a_full_disk_is_said(arguments: list[str], library: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments, data=library, stdout=full, stderr=subprocess.PIPE)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"No space left on device" in complaint
    assert b"Traceback" not in complaint


@pytest.mark.parametrize(("closed", "question"), [("<&-", "-"), (">&-", QUESTION), ("2>&-", QUESTION)])
def test_closed_streams_are_no_disaster(closed: str, question: str, library: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command_line("ask", question)],
        capture_output=True,
        cwd=IMPORT_ROOT,
        env=environment(HOIDAP_DATA=str(library)),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


# -- a terminal -------------------------------------------------------------------------------------------------------


def test_a_terminal_gets_the_span_underlined_within_its_width(library: Path) -> None:
    screen = on_terminal(["ask", QUESTION], library, COLUMNS="48")
    assert screen.code == 0
    assert f"{ESCAPE}[1;4m" in screen.text
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen.text)
    assert "«" not in plain
    wrapped = [line for line in plain.splitlines() if not line.lstrip().startswith(("Place:", "Confidence:"))]
    assert max(map(columns, wrapped)) <= 48


def test_no_color_means_no_colour_even_on_a_terminal(library: Path) -> None:
    screen = on_terminal(["ask", QUESTION], library, NO_COLOR="1")
    assert ESCAPE not in screen.text
    assert "«" in screen.text


def test_documents_cannot_steer_a_terminal(tmp_path: Path) -> None:
    hostile = "Thông báo \x1b]0;bị chiếm\x07của đơn vị\n\nCần Thơ có \x1b[2J54 tập thể\x9b31m được khen thưởng.\n"
    (tmp_path / "xau.txt").write_text(hostile, encoding="utf-8")
    data = tmp_path / "library"
    assert run("index", tmp_path / "xau.txt", data=data).returncode == 0
    (document,) = json.loads(run("docs", "list", "--json", data=data).stdout)["documents"]
    for arguments in (
        ["ask", "Cần Thơ có bao nhiêu tập thể được khen thưởng?"],
        ["search", "khen thưởng"],
        ["docs", "show", document["id"]],
        ["docs", "list"],
        ["ask", "--json", "Cần Thơ có bao nhiêu tập thể được khen thưởng?"],
    ):
        screen = on_terminal(arguments, data, NO_COLOR="1")
        assert screen.code == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", screen.text.replace("\r", "")), arguments
    assert run("docs", "show", document["id"], data=data).stdout == hostile.encode()


def test_indexing_shows_a_bar_on_a_terminal_and_takes_it_away(tmp_path: Path) -> None:
    screen = on_terminal(["index", *SEEDS], tmp_path / "library")
    assert "Indexing [########################] 5/5" in screen.text
    assert screen.text.rstrip("\n").splitlines()[-1].split(f"{ESCAPE}[K")[-1].startswith("Added 5,")


@pytest.mark.parametrize(("typed", "left"), [("y\n", 0), ("n\n", 1)])
def test_removing_asks_on_a_terminal(typed: str, left: int, tmp_path: Path) -> None:
    data = tmp_path / "library"
    run("index", SEEDS[0], data=data)
    (document,) = json.loads(run("docs", "list", "--json", data=data).stdout)["documents"]
    screen = on_terminal(["docs", "remove", document["id"]], data, typed=typed, HOIDAP_LANG="vi")
    assert screen.code == 0
    assert "Xóa 1 tài liệu này khỏi thư viện?" in screen.text
    assert json.loads(run("docs", "list", "--json", data=data).stdout)["total"] == left


def test_verify_does_not_wait_for_a_terminal(library: Path) -> None:
    screen = on_terminal(["verify"], library)
    assert screen.code == 2
    assert "hoidap verify FILE" in screen.text


# -- signals ----------------------------------------------------------------------------------------------------------


def stored(data: Path) -> int:
    """Count the documents without taking part: not even as a reader that might mend something."""
    database = data / "library.sqlite"
    if not database.exists():
        return 0
    try:
        store = Store(database, read_only=True)
    except LibraryDamaged:  # the database is only being made
        return 0
    count = store.counts()[0]
    store.close()
    return count


def test_ctrl_c_while_indexing_keeps_what_was_stored(tmp_path: Path) -> None:
    files, data = tmp_path / "in", tmp_path / "library"
    files.mkdir()
    total = 6_000
    sentence = "Năm nay đơn vị số {at} của thành phố Cần Thơ được tặng bằng khen vì nhiều thành tích nổi bật. "
    for at in range(total):
        (files / f"{at:05}.txt").write_text(sentence.format(at=at) * 12, encoding="utf-8")
    # An interrupt may strike between opening a file and entering its `with`: that leaves a ResourceWarning, no harm.
    process = start("index", "--json", files, data=data, warn="ignore", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while stored(data) == 0 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, complaint = process.communicate(timeout=60)
    assert process.returncode == 130, complaint.decode()
    assert b"Traceback" not in complaint
    (report,) = json_lines(output)
    assert 0 < report["documents"] <= stored(data) < total
    assert "are safely stored" in complaint.decode()
    again = run("index", "--json", files, data=data)
    assert again.returncode == 0
    counts = json.loads(again.stdout)
    assert len(counts["unchanged"]) >= report["documents"]
    assert len(counts["unchanged"]) + len(counts["added"]) == total
    assert run("doctor", data=data).returncode == 0


def test_ctrl_c_between_questions_is_130(library: Path) -> None:
    process = start(
        "ask", "--json", "-", data=library, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(QUESTION.encode() + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaint.decode().strip() == "Stopped."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_says_where_it_is_and_ends_when_told(number: signal.Signals, library: Path) -> None:
    with start("serve", "--port", "0", "--json", data=library, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as reply:  # noqa: S310
            assert reply.status == 200
        process.send_signal(number)
        assert process.wait(timeout=60) == 0


def test_the_server_refuses_to_be_reached_without_keys(library: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", "--port", "0", data=library)  # noqa: S104
    assert done.returncode == 2
    assert b"Error: " in done.stderr


# -- the clock --------------------------------------------------------------------------------------------------------


def test_a_cold_question_takes_little_processor_time(library: Path) -> None:
    """The mark is 1.2 s for the whole process, which has two threads; `make bench` takes the wall clock."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run("ask", QUESTION, data=library).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= 2.0

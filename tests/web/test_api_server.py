"""The real server on loopback: what the test client cannot show."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from index.errors import InvalidInput
from tests.web.conftest import CAN_THO, QUESTION, MakeApp, settings_for
from web.serve import Server

ROOT = Path(__file__).parents[2]

SLOW_SERVER = """
import sys, time
from pathlib import Path
from web.app import close_app, create_app
from web.serve import serve
from web.settings import Settings

settings = Settings.resolve({"data": Path(sys.argv[1]), "port": 0, "rate": 0}, {})
app = create_app(settings)

@app.get("/slow")
def slow():
    print("working", flush=True)
    time.sleep(1.0)
    return {"done": True}

serve(settings, app, on_ready=lambda url: print(url, flush=True))
close_app(app)
print("closed", flush=True)
"""


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def request(
    url: str, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    with closing(connect(url)) as connection:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


def exchange(url: str, raw: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes as they are and return what comes back."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(raw)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        with closing(reply):
            return reply.status, json.loads(reply.read())


def test_it_answers_on_the_port_that_it_says(served: Server) -> None:
    status, body = request(served.url, "POST", "/v1/ask", {"question": QUESTION})
    assert (status, body["status"]) == (200, "answered")


def test_four_clients_at_once_get_the_same_answer_while_documents_come_in(served: Server) -> None:
    def ask(_: int) -> str:
        status, body = request(served.url, "POST", "/v1/ask", {"question": QUESTION})
        assert status == 200
        return str(body["answers"][0]["text"])

    def add(number: int) -> int:
        return request(served.url, "POST", "/v1/documents", {"id": f"them-{number}", "text": f"Thêm {number}."})[0]

    with ThreadPoolExecutor(5) as pool:
        added = [pool.submit(add, number) for number in range(5)]
        answers = set(pool.map(ask, range(40)))
    assert len(answers) == 1
    assert {future.result() for future in added} <= {201, 503}


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "bad_request"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431, "request_header_fields_too_large"),
        (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400, "bad_request"),
        (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
         413, "request_entity_too_large"),
        (b"GET /v1/documents/%ff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "malformed_url"),
        (b"GET /v1/documents/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        (b"GET //v1/ask HTTP/1.1\r\nHost: localhost\r\n\r\n", 422, "validation"),
        (b"GET http://evil.test/v1/documents HTTP/1.1\r\nHost: evil.test\r\n\r\n", 421, "wrong_host"),
        (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"que\r\n0\r\n\r\n", 400, "malformed_json"),
    ],
)  # fmt: skip
def test_what_no_client_library_sends_gets_the_one_shape(served: Server, raw: bytes, status: int, code: str) -> None:
    answered, body = exchange(served.url, raw)
    assert (answered, body["error"]["code"]) == (status, code)
    assert set(body["error"]) >= {"code", "message", "hint"}


def test_a_chunked_question_is_answered(served: Server) -> None:
    body = json.dumps({"question": QUESTION}).encode()
    with closing(connect(served.url)) as connection:
        chunks = iter([body[:7], body[7:]])
        connection.request("POST", "/v1/ask", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == 200


def test_a_head_request_has_no_body(served: Server) -> None:
    with closing(connect(served.url)) as connection:
        connection.request("HEAD", f"/v1/documents/{CAN_THO}/text")
        reply = connection.getresponse()
        assert (reply.status, reply.read()) == (200, b"")


def test_the_port_of_another_program_is_refused_with_what_to_do(make_app: MakeApp, served: Server, data: Path) -> None:
    port = urlsplit(served.url).port
    with pytest.raises(InvalidInput, match="another program") as caught:
        Server(settings_for(data, port=port), make_app())
    assert "--port" in caught.value.hint


def test_an_open_address_is_refused_before_it_is_bound(make_app: MakeApp, data: Path) -> None:
    with pytest.raises(InvalidInput, match="no API key"):
        Server(settings_for(data, host="0.0.0.0"), make_app())


def test_stopping_does_not_wait_for_idle_connections(make_app: MakeApp, data: Path) -> None:
    server = Server(settings_for(data), make_app())
    thread = threading.Thread(target=server.run)
    thread.start()
    with closing(connect(server.url)) as connection:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        server.stop()
        thread.join(timeout=5)
    assert not thread.is_alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_running_request_finish_then_ends_cleanly(data: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_SERVER, str(data)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(request, url, "GET", "/slow")
            assert process.stdout.readline().strip() == "working"
            process.send_signal(number)
            started = time.monotonic()
            assert running.result() == (200, {"done": True})
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - started < 8
        assert process.stdout.read().strip() == "closed"
    with pytest.raises(ConnectionRefusedError):
        request(url, "GET", "/healthz")

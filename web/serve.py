"""Serve the app with waitress: one process, a few threads, an end that loses no answer.

Waitress answers what never reaches the app (a body over its limit, a broken request line) itself, in plain text; here
it is taught the one JSON shape of `errors.py`. FAISS stays at one thread a search (`index.vectors` sees to it): with
four request threads more were measured to be slower.
"""

from __future__ import annotations

import errno
import json
import logging
import signal
import time
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask
from waitress.wasyncore import close_all, dispatcher, loop

from index.errors import InvalidInput
from web.access import check_exposure
from web.errors import error_body
from web.keys import KeyStore
from web.service import EXTENSION
from web.settings import Settings

GRACE_SECONDS = 30.0  # a request still running after this is cut off
_TICK_SECONDS = 0.2
_MULTIPART_SLACK = 1024  # let the app say 413 itself when a body is just over


class _JsonErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress answers by itself, in the one shape of an error."""

    def execute(self) -> None:
        error = self.request.error
        phrase = HTTPStatus(error.code).phrase
        code = phrase.lower().replace(" ", "_")
        body = json.dumps(error_body(code, f"the request cannot be read: {error.body}")).encode()
        self.status = f"{error.code} {phrase}"
        self.response_headers.extend([("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _JsonErrorTask


class Server:
    """A listening server. `run` serves until `stop` is called, from a signal handler or another thread."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        """Bind the address, so that a failure shows before anything is announced.

        Raises:
            InvalidInput: the address cannot be had, or may not be used without keys.
        """
        check_exposure(settings, KeyStore(settings.data))
        self._map: dict[int, Any] = {}
        _bind(settings, app, self._map)
        self._stopping = False
        self._listeners = [item for item in self._map.values() if isinstance(item, BaseWSGIServer)]
        for listener in self._listeners:
            listener.channel_class = _Channel

    @property
    def url(self) -> str:
        """Where people reach it."""
        first = self._listeners[0]
        host = f"[{first.effective_host}]" if ":" in first.effective_host else first.effective_host
        return f"http://{host}:{first.effective_port}"

    def run(self) -> None:
        """Serve until stopped, then finish what is in flight."""
        while not self._stopping:
            self._tick()
        self._drain()

    def stop(self) -> None:
        """Ask `run` to finish: no new connection, no new request, the running ones to their end."""
        self._stopping = True

    def _tick(self) -> None:
        loop(timeout=_TICK_SECONDS, map=self._map, use_poll=True, count=1)

    def _drain(self) -> None:
        for listener in self._listeners:
            dispatcher.close(listener)  # the socket alone: the listener's own `close` takes the wake-up pipe with it
        deadline = time.monotonic() + GRACE_SECONDS
        while self._close_idle() and time.monotonic() < deadline:
            self._tick()
        for listener in self._listeners:
            listener.task_dispatcher.shutdown(timeout=1)
        close_all(self._map)

    def _close_idle(self) -> bool:
        """Close the connections that wait for nothing; tell whether others are left."""
        channels = [channel for listener in self._listeners for channel in listener.active_channels.values()]
        for channel in channels:
            if not channel.requests and not channel.total_outbufs_len:
                channel.handle_close()
        return any(listener.active_channels for listener in self._listeners)


def serve(settings: Settings, app: Flask, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready(url)` is called once the address answers.

    Raises:
        InvalidInput: the address cannot be had, or may not be used without keys.
        HoidapError: the library cannot be used.
    """
    server = Server(settings, app)
    app.extensions[EXTENSION].warm_up()

    def finish(_signal: int, _frame: FrameType | None) -> None:
        server.stop()

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits, else
    before = {number: signal.signal(number, finish) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        if on_ready is not None:
            on_ready(server.url)
        server.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bind(settings: Settings, app: Flask, channels: dict[int, Any]) -> None:
    try:
        create_server(
            app,
            map=channels,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident="hoidap",
            max_request_body_size=settings.max_body + _MULTIPART_SLACK,
            channel_timeout=60,
        )
    except (OSError, ValueError) as error:
        _close(channels)
        raise InvalidInput(
            f"cannot listen on {settings.host}:{settings.port}: {_reason(error)}",
            hint="Choose another --port (0 picks a free one) or --host.",
        ) from error


def _close(channels: dict[int, Any]) -> None:
    """Let go of what waitress had opened before it failed: it cleans up neither its socket nor its threads."""
    for channel in channels.values():
        if isinstance(channel, BaseWSGIServer):
            channel.task_dispatcher.shutdown(timeout=1)
    close_all(channels, ignore_all=True)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "another program listens there already"
    return str(error)

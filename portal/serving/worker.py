"""A worker that waits for slow people outside of its threads, and ends after a private request.

Only a process that ends leaves nothing of what it read in memory. A worker that has seen anything
but a plain GET without a cookie therefore asks for a successor, hands over to it and ends.
"""

import logging
import mmap
import os
import selectors
import signal
import socket
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from gunicorn.http import errors as http_errors
from gunicorn.http import wsgi
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from portal.serving.connections import Connection
from portal.serving.pace import Pace
from portal.serving.requests import RequestStart, Stage, examine_request, is_script_request
from portal.serving.shared import Shared

log = logging.getLogger(__name__)

HEAD_SECONDS = 15  # for the head of a request, and for a connection that says nothing
ROOM_SECONDS = 20  # that a long request waits for room in the nursery
LINGER_SECONDS = 2  # until a connection that we ended is forgotten
HANDOVER_SECONDS = 1.5  # that a worker still answers while its successor begins
SWEEP_SECONDS = 0.25
PIECE = 64 << 10
MOST_ENDING = 256 << 10  # bytes that are read of a sender whom we have answered already

REFUSALS: dict[type[Exception], HTTPStatus] = {
    http_errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    http_errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    http_errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    http_errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    http_errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
    http_errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
    http_errors.ConfigurationProblem: HTTPStatus.INTERNAL_SERVER_ERROR,
    http_errors.ParseException: HTTPStatus.BAD_REQUEST,
}


wsgi.SERVER = "portal"  # every answer names who sent it, and that says enough


class PatientWorker(ThreadWorker):
    """Threads answer; the loop waits.

    A thread gets a request when all of it is there, and leaves an answer to the loop when its
    reader is slow. What takes long by its nature goes to the nursery.
    """

    alive: bool

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shared: Shared = self.app.shared
        self._mark = mmap.mmap(-1, 1)  # the master sees it, too
        self._watched: set[Connection] = set()
        self._busy = 0  # requests in threads, or waiting for one
        self._swept = 0.0
        self._ends_at: float | None = None
        self._settings = self.shared.settings
        self._slow = BoundedSemaphore(max(1, self.cfg.threads // 2))

    @property
    def is_retiring(self) -> bool:
        """Tell whether it has asked for a successor."""
        return self._mark[0] == 1

    def make_pace(self) -> Pace:
        """Return what is asked of a slow sender or reader from now on."""
        return Pace(self._settings.slow_grace_seconds, self._settings.slow_bytes_a_second)

    # ---- the loop ---------------------------------------------------------------

    def run(self) -> None:
        """Serve until there is a reason to end; a thread that still waits does not hold that up."""
        super().run()
        if self._busy:
            logging.shutdown()
            os._exit(0)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Leave newcomers to other workers while all threads are busy."""
        super().set_accept_enabled(enabled and self._busy < self.cfg.threads)

    def accept(self, listener: Any) -> None:
        """Take a connection, and look at what it brings."""
        try:
            line, client = listener.accept()
        except OSError:
            return  # somebody else has it, or there is no room for it now
        self.nr_conns += 1
        server = listener.getsockname()
        conn = Connection(self.cfg, line, client, server, slow=self._slow, pace=self.make_pace)
        conn.wait(HEAD_SECONDS)
        self._read(conn)

    def murder_pending(self) -> None:
        """Look at the clock: for every connection, and for this worker."""
        now = monotonic()
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        for conn in [held for held in self._watched if held.deadline <= now]:
            self._handle_timeout(conn)
        self._retire(now)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's
        """End what is still open when the worker ends."""
        if force:
            for conn in list(self._watched):
                self._forget(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait for a request on an idle connection no longer than this."""
        for conn in self._watched:
            if not conn.arrived and conn.events == selectors.EVENT_READ:
                conn.deadline = min(conn.deadline, deadline)

    # ---- a request that comes ---------------------------------------------------

    def _read(self, conn: Connection, _line: Any = None) -> None:
        try:
            piece = conn.line.recv(PIECE)
        except BlockingIOError:
            self._watch(conn, selectors.EVENT_READ, self._read)
            return
        except OSError:
            piece = b""
        if not piece:
            self._forget(conn)
            return
        if not conn.arrived:
            conn.wait(HEAD_SECONDS)
        conn.arrived += piece
        self._advance(conn)

    def _advance(self, conn: Connection) -> None:
        seen = examine_request(conn.arrived, self.shared.lasting)
        match seen.stage:
            case Stage.HEAD:
                self._watch(conn, selectors.EVENT_READ, self._read)
            case Stage.BODY:
                self._await_body(conn, seen)
            case Stage.SHORT:
                self._note_private(seen)
                self._unwatch(conn)
                conn.begin(seen.length)
                self.enqueue_req(conn)
            case Stage.LONG:
                self._note_private(seen)
                self._move_to_nursery(conn)
            case Stage.REFUSED:
                self._note_private(seen)
                self._refuse(conn, seen.status)

    def _await_body(self, conn: Connection, seen: RequestStart) -> None:
        if not conn.told_to_go_on:
            conn.told_to_go_on = True
            conn.wait(self._settings.slow_grace_seconds)
            self._note_private(seen)
            if seen.expects:
                with suppress(OSError):
                    conn.line.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._watch(conn, selectors.EVENT_READ, self._read)

    def _move_to_nursery(self, conn: Connection, _line: Any = None) -> None:
        """Give a long request to the nursery; while it is full the connection waits unread."""
        if self.shared.door.take(conn.line, bytes(conn.arrived), conn.client, conn.server):
            self._forget(conn)
            return
        if conn.events:
            self._unwatch(conn)
        if conn not in self._watched:
            conn.wait(ROOM_SECONDS)
            conn.refusal = HTTPStatus.SERVICE_UNAVAILABLE
            self._watched.add(conn)

    # ---- an answer that goes ----------------------------------------------------

    def enqueue_req(self, conn: Connection) -> None:
        """Let a thread answer."""
        self._busy += 1
        super().enqueue_req(conn)
        if self.alive:
            self.set_accept_enabled(self.nr_conns < self.worker_connections)

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        """Send what its reader has not taken yet, then wait for the next request."""
        self._busy -= 1
        if self.alive:
            self.set_accept_enabled(self.nr_conns < self.worker_connections)
        failed = fs.cancelled() or fs.exception() is not None
        conn.keep = not failed and bool(fs.result()) and not conn.sock.is_broken
        conn.pace = self.make_pace()
        self._send(conn)

    def _send(self, conn: Connection, _line: Any = None) -> None:
        try:
            before, left = len(conn.sock), conn.sock.push()
        except OSError:
            self._forget(conn)
            return
        if conn.pace:
            conn.pace.moved += before - left
        if left:
            conn.wait(SWEEP_SECONDS)  # then its pace is looked at
            self._watch(conn, selectors.EVENT_WRITE, self._send)
        elif conn.keep:
            self._await_next(conn)
        else:
            self._close_gracefully(conn)

    def _await_next(self, conn: Connection) -> None:
        conn.pace = None
        conn.wait(self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        if conn.arrived:
            conn.wait(HEAD_SECONDS)
            self._advance(conn)
        else:
            self._watch(conn, selectors.EVENT_READ, self._read)

    def _refuse(self, conn: Connection, status: HTTPStatus) -> None:
        """Answer without the portal, and end the connection."""
        self._unwatch(conn)
        with suppress(OSError):
            conn.sock.sendall(
                self.shared.answers.answer(status, json=is_script_request(conn.arrived))
            )
        conn.keep, conn.pace = False, self.make_pace()
        conn.arrived.clear()
        self._send(conn)

    def _close_gracefully(self, conn: Connection) -> None:
        """Tell the other side that nothing more comes, and read on until it has understood.

        Closing at once would take away an answer that is still under way (RFC 9112, 9.6).
        """
        conn.is_ending = True
        conn.arrived.clear()
        conn.wait(LINGER_SECONDS)
        try:
            conn.line.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(conn)
        else:
            conn.told = 0
            self._watch(conn, selectors.EVENT_READ, self._ignore)

    def _ignore(self, conn: Connection, _line: Any = None) -> None:
        try:
            piece = conn.line.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        conn.told += len(piece)
        if not piece or conn.told > MOST_ENDING:
            self._forget(conn)

    # ---- times ------------------------------------------------------------------

    def _handle_timeout(self, conn: Connection) -> None:
        if conn.is_ending:
            self._forget(conn)
        elif conn.pace is not None:
            if conn.pace.is_too_slow():
                self._forget(conn)
            else:
                conn.wait(SWEEP_SECONDS)
        elif conn.arrived:
            self._note_private(RequestStart(Stage.REFUSED))
            self._refuse(conn, conn.refusal)
        else:
            self._forget(conn)

    def _note_private(self, seen: RequestStart) -> None:
        """Remember that something private came here, and when that must be gone."""
        if seen.is_private and self._ends_at is None:
            self._ends_at = monotonic() + self._settings.forget_seconds

    def _retire(self, now: float) -> None:
        """Ask for a successor, and end when it had time to begin."""
        for conn in [held for held in self._watched if not held.events]:
            self._move_to_nursery(conn)
        if self._ends_at is None or now < self._ends_at or not self.alive:
            return
        if not self.is_retiring:
            self._mark[0] = 1
            self._ends_at = now + HANDOVER_SECONDS
            with suppress(OSError):
                os.kill(self.ppid, signal.SIGCHLD)  # wakes the master
        else:
            self.alive = False

    # ---- bookkeeping ------------------------------------------------------------

    def _watch(self, conn: Connection, events: int, callback: Any) -> None:
        if conn.events == events:
            self.poller.modify(conn.line, events, partial(callback, conn))
        else:
            self._unwatch(conn)
            self.poller.register(conn.line, events, partial(callback, conn))
        conn.events = events
        self._watched.add(conn)

    def _unwatch(self, conn: Connection) -> None:
        if conn.events:
            self.poller.unregister(conn.line)
            conn.events = 0
        self._watched.discard(conn)

    def _forget(self, conn: Connection) -> None:
        self._unwatch(conn)
        conn.end()
        self.nr_conns -= 1

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what the portal never saw; nothing of it is logged but the kind of fault."""
        del req, addr
        status = next(
            (status for kind, status in REFUSALS.items() if isinstance(exc, kind)),
            HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("a fault before or behind the portal: %s", type(exc).__name__)
        with suppress(OSError):
            client.sendall(self.shared.answers.answer(status, json=client.by_script))

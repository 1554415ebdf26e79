"""Bears one process for each request that takes long; the process ends with its request.

The nursery itself never reads a byte of a request: the newborn takes the message with the
connection, and says when it has it.
"""

import logging
import os
import select
import signal
import socket
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn

from portal.serving.handover import MOST_MESSAGE, HandoverSocket, parse_message
from portal.serving.pace import PacedSocket
from portal.serving.worker import PatientWorker

log = logging.getLogger(__name__)

NAME = "portal-nursery"
NAME_OF_A_PROCESS = "portal-long"
NICENESS = 5  # pages go first
_LOOK_SECONDS = 1.0


class Nursery:
    """What goes on behind the door."""

    def __init__(self, door: HandoverSocket) -> None:
        self._door = door
        self._living: set[int] = set()
        self._is_ending = False

    def run(self, worker: PatientWorker, graceful_seconds: float) -> None:
        """Bear processes until the master ends."""
        _set_process_name(NAME)
        self._door.outside.close()
        signal.signal(signal.SIGTERM, self._request_end)
        for name in ("SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        inside = self._door.inside
        read, write = os.pipe()
        os.set_blocking(write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write)
        while not self._is_ending and os.getppid() == worker.ppid:
            waiting, _, _ = select.select([inside.fileno(), read], (), (), _LOOK_SECONDS)
            if read in waiting:
                os.read(read, 1024)
            self._reap()
            if inside.fileno() in waiting:
                self._fork_process(worker)
        self._wait_for_all(graceful_seconds)

    def _request_end(self, *_: object) -> None:
        self._is_ending = True

    def _fork_process(self, worker: PatientWorker) -> None:
        taken, takes = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                os.close(taken)
                self._serve_request(worker, takes)
            finally:
                os._exit(0)
        os.close(takes)
        os.read(taken, 1)
        os.close(taken)
        self._living.add(pid)
        self._door.tell(len(self._living))

    def _serve_request(self, worker: PatientWorker, takes: int) -> None:
        """Be the process of one request."""
        inside = self._door.inside
        message, lines, _, _ = socket.recv_fds(inside, MOST_MESSAGE, 1)
        os.close(takes)
        inside.close()
        if not lines:
            return
        _set_process_name(NAME_OF_A_PROCESS)
        os.nice(NICENESS)
        line = socket.socket(fileno=lines[0])
        arrived, client, server = parse_message(message)
        conn = TConn(worker.cfg, line, client, server)
        conn.initialized = conn.data_ready = True
        conn.sock = PacedSocket(line, arrived, worker.make_pace())
        conn.parser = RequestParser(worker.cfg, conn.sock, client)
        worker.handle(conn)
        close_graceful(line)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) > 0:
                self._living.discard(pid)
        self._door.tell(len(self._living))

    def _wait_for_all(self, seconds: float) -> None:
        end = monotonic() + seconds
        while self._living and monotonic() < end:
            sleep(0.1)
            self._reap()
        for pid in self._living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def start(worker: PatientWorker, listeners: Any) -> int:
    """Fork the nursery, and return its process id.

    Args:
        worker: answers in each of its processes; it is never run.
        listeners: sockets of the master that the nursery does not need.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        for listener in listeners:
            listener.close()
        worker.alive = False  # every answer ends its connection
        worker.load_wsgi()
        Nursery(worker.shared.door).run(worker, worker.cfg.graceful_timeout)
    except Exception:
        log.exception("the nursery ended")
    finally:
        os._exit(0)


def _set_process_name(name: str) -> None:
    with suppress(OSError), open("/proc/self/comm", "w") as file:  # noqa: PTH123 - of Linux
        file.write(name)

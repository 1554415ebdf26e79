"""The master: loads the portal, forks, and never sees a request."""

import gc
import os
import resource
import signal
import time
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

from portal.serving import nursery
from portal.serving.error_answers import ErrorAnswers
from portal.serving.handover import HandoverSocket
from portal.serving.requests import MOST_LINE
from portal.serving.sent_bodies import wrap_bodies
from portal.serving.shared import Shared
from portal.serving.worker import PatientWorker
from portal.web.lasting import compile_lasting
from portal.web.parts import SESSIONS, SETTINGS

# What the command line may change; `--help` lists everything.
DEFAULTS: dict[str, Any] = {
    "wsgi_app": "wsgi:app",
    "worker_class": PatientWorker,
    "preload_app": True,
    "workers": 2,
    "threads": 4,
    "keepalive": 5,
    "timeout": 120,
    "graceful_timeout": 30,
    "limit_request_line": MOST_LINE,
    "limit_request_fields": 64,
    "limit_request_field_size": 8190,
    "sendfile": False,
    "control_socket_disable": True,
    "loglevel": "warning",
    # every worker has a file of its own that it touches; in memory, no disk can hold it up
    "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112, S108
}


class PortalApplication(WSGIApplication):
    """The portal as it is served: loaded once, with what all processes share."""

    shared: Shared

    def load_default_config(self) -> None:
        """Begin with our defaults."""
        super().load_default_config()
        for name, value in DEFAULTS.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Load the portal, and all that is the same in every process."""
        app: Flask = super().load()
        app.wsgi_app = wrap_bodies(app.wsgi_app)  # type: ignore[method-assign,assignment]
        settings = SETTINGS.get_from(app)
        door = HandoverSocket(settings.long_requests_at_once)
        self.shared = Shared(settings, ErrorAnswers(app), compile_lasting(app), door)
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        # A connection belongs to one process.
        SESSIONS.get_from(app).kw["bind"].dispose()
        return app

    def run(self) -> None:
        """Serve until told to end."""
        if self.cfg.check_config or self.cfg.print_config:
            super().run()
            return
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        Master(self).run()


class Master(Arbiter):
    """Replaces workers that retire before they are gone, and keeps the nursery alive."""

    app: PortalApplication
    nursery_pid = 0

    def start(self) -> None:
        """Begin, with a memory that forked processes share as long as they can."""
        super().start()
        gc.collect()
        gc.freeze()

    def manage_workers(self) -> None:
        """Have so many workers that do not retire, and a nursery."""
        if not self._is_alive(self.nursery_pid):
            worker = self.worker_class(
                0, self.pid, [], self.app, self.timeout / 2.0, self.cfg, self.log
            )
            self.nursery_pid = nursery.start(worker, self.LISTENERS)
        staying = sorted(
            (worker for worker in self.WORKERS.values() if not worker.is_retiring),
            key=lambda worker: worker.age,
        )
        for _ in range(self.num_workers - len(staying)):
            self.spawn_worker()
        for retired in staying[: max(0, len(staying) - self.num_workers)]:
            self.kill_worker(retired.pid, signal.SIGTERM)

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """End everything, what takes long last."""
        self._tell_nursery(signal.SIGTERM if graceful else signal.SIGKILL)
        super().stop(graceful)
        end = time.monotonic() + self.cfg.graceful_timeout + 1
        while self._is_alive(self.nursery_pid) and time.monotonic() < end:
            time.sleep(0.05)
        self._tell_nursery(signal.SIGKILL)

    def _tell_nursery(self, number: int) -> None:
        if self.nursery_pid:
            with suppress(ProcessLookupError):
                os.kill(self.nursery_pid, number)

    def _is_alive(self, pid: int) -> bool:
        if not pid:
            return False
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

"""Requests end in time, are bounded, and are led nowhere else."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask, Response, redirect

from tests.live import serving
from witness.wire import HttpClient, UnreachableError


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Let a function answer one connection, byte by byte if it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    answer(connection)
                except OSError:
                    return  # the other side has hung up, as it should

        thread = Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def trickle(connection: socket.socket) -> None:
    """Send all that was announced, slowly."""
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")
    for _ in range(50):
        connection.sendall(b"x")
        time.sleep(0.1)


def without_end(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x" * 10_000)


def silence(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


def nonsense(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"\xff\xfe\r\n\r\n")


def cut_short(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")


@pytest.mark.parametrize("answer", [trickle, without_end, silence, nonsense, cut_short])
def test_an_answer_that_is_no_good_is_given_up(answer: Callable[[socket.socket], None]) -> None:
    with answering(answer) as address, pytest.raises(UnreachableError):
        HttpClient(seconds=1).get(f"{address}/x", 5000)


def test_an_answer_may_be_as_long_as_was_said() -> None:
    app = Flask(__name__)
    app.add_url_rule("/x", "x", lambda: Response(b"x" * 1000))

    with serving(app) as address:
        assert len(HttpClient().get(f"{address}/x", 1000).body) == 1000
        with pytest.raises(UnreachableError, match="more than 999 bytes"):
            HttpClient().get(f"{address}/x", 999)


def test_nobody_is_led_to_another_address() -> None:
    app = Flask(__name__)
    app.add_url_rule("/x", "x", lambda: redirect("/y"))
    app.add_url_rule("/y", "y", lambda: "secret")

    with serving(app) as address:
        assert HttpClient().get(f"{address}/x", 1000).status == 302


def test_a_proxy_is_asked_to_connect_and_the_name_is_left_to_it() -> None:
    asked: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        asked.append(connection.recv(1000))
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        asked.append(connection.recv(1000))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with answering(proxy) as address:
        wire = HttpClient(proxy=address.removeprefix("http://"), seconds=5)
        assert wire.get("http://abc.onion/log/checkpoint", 10).body == b"ok"

    assert asked[0].startswith(b"CONNECT abc.onion:80 ")
    assert asked[1].startswith(b"GET /log/checkpoint ")


def test_another_protocol_or_no_host_is_given_up() -> None:
    for address in ("http://127.0.0.1:1/x", "https://127.0.0.1:1/x", "http://nowhere.invalid/"):
        with pytest.raises(UnreachableError):
            HttpClient(seconds=5).get(address, 10)

"""The server's keys: made once, private to the server, each of the right length."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from portal.core.keyring import KEY_BYTES, Keyring, KeyringError


def test_keys_are_made_once_and_then_stay(tmp_path: Path) -> None:
    assert Keyring.make(tmp_path / "keys") == Keyring.make(tmp_path / "keys")


def test_each_key_differs_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    Keyring.make(tmp_path / "keys")
    files = list((tmp_path / "keys").glob("*.key"))

    assert len({path.read_bytes() for path in files}) == len(files)
    for path in files:
        assert len(path.read_bytes()) == KEY_BYTES
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_missing_and_short_keys_are_all_named(tmp_path: Path) -> None:
    Keyring.make(tmp_path)
    (tmp_path / "pepper.key").unlink()
    (tmp_path / "units.key").write_bytes(b"short")

    with pytest.raises(KeyringError) as raised:
        Keyring.load(tmp_path)

    assert "pepper.key: missing" in str(raised.value)
    assert "units.key: not 32 bytes" in str(raised.value)


def test_a_printed_keyring_shows_no_key(tmp_path: Path) -> None:
    keyring = Keyring.make(tmp_path)

    assert repr(keyring.pepper)[2:12] not in repr(keyring)


def test_two_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    start = Barrier(4)

    def begin(_: int) -> Keyring:
        start.wait()
        return Keyring.make(tmp_path)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(begin, range(4)))

    assert all(one == made[0] for one in made)
    assert not list(tmp_path.glob(".*"))


def test_a_lost_key_is_told_and_never_made_anew(tmp_path: Path) -> None:
    Keyring.make(tmp_path)
    (tmp_path / "pepper.key").unlink()

    with pytest.raises(KeyringError, match=r"pepper\.key: missing"):
        Keyring.make(tmp_path)


def test_making_keys_that_broke_off_goes_on(tmp_path: Path) -> None:
    made = Keyring.make(tmp_path)
    (tmp_path / "complete").unlink()
    (tmp_path / "units.key").unlink()

    again = Keyring.make(tmp_path)

    assert again.pepper == made.pepper
    assert again.units != made.units

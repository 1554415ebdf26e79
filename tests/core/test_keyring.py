"""The server's keys: made once, private to the server, each of the right length."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from portal.core.keyring import COMPLETE, KEY_BYTES, Keyring, KeyringError


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

    assert all(keyring == made[0] for keyring in made)
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


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o601])
def test_a_key_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    Keyring.make(tmp_path)
    (tmp_path / "log.key").chmod(mode)

    with pytest.raises(KeyringError, match=r"log\.key: other users of this machine"):
        Keyring.load(tmp_path)


def test_marks_tell_keys_apart_and_do_not_give_them_away(tmp_path: Path) -> None:
    first, other = Keyring.make(tmp_path / "one"), Keyring.make(tmp_path / "other")

    assert first.marks == Keyring.load(tmp_path / "one").marks
    assert not set(first.marks.values()) & set(other.marks.values())
    assert all(first.marks[name] not in getattr(first, name) for name in first.marks)


LOADS = """
import os, sys
from pathlib import Path
from portal.core.config import Settings
from portal.core.keyring import Keyring

os.setgid(65534)
os.setuid(65534)
settings = Settings.read()
print(settings.keys, len(Keyring.load(settings.keys).log))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_keys_may_be_a_credential_in_a_folder_that_nobody_can_write() -> None:
    """As systemd gives them: read-only files of the service's user in a folder of root's."""
    keys = Path("/run") / f"credentials-{os.getpid()}"  # where other users may pass
    Keyring.make(keys)
    try:
        (keys / COMPLETE).unlink()
        for path in keys.iterdir():
            os.chown(path, 65534, 65534)
            path.chmod(0o400)
        os.chown(keys, 0, 65534)
        keys.chmod(0o550)
        told = subprocess.run(  # noqa: S603 - a command of our own
            [sys.executable, "-c", LOADS],
            env={
                "CREDENTIALS_DIRECTORY": str(keys),
                "PORTAL_PUBLIC_URL": "http://localhost",
                "PORTAL_INSTANCE": "/nonexistent",
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for path in keys.iterdir():
            path.unlink()
        keys.rmdir()

    assert told.stdout == f"{keys} 32\n", told.stderr

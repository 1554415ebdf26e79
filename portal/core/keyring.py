"""The server's own keys: small files outside the database, made once, never shown."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from portal.core.blobs import sync_folder

KEY_BYTES = 32
COMPLETE = "complete"  # stands beside the keys once all of them were made


class KeyringError(Exception):
    """A key file is missing, has a wrong length or can be read by others."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Keyring:
    """One 32-byte key for each purpose; a thief of the database alone holds none of them.

    In production the folder is a systemd credential, on no disk and in no backup of the database.
    """

    cookies: bytes  # signs the cookie that carries a form's token
    pepper: bytes  # turns the look-up value of a receipt into the key of its row
    second_halves: bytes  # encrypts the second half of each reporter's key
    accounts: bytes  # encrypts the seeds of one-time codes
    units: bytes  # turns the unit complained of into a code
    filing: bytes  # lets a repeated form find its own receipt, and nobody else
    statistics: bytes  # signs published figures, locks the keys of their noise
    log: bytes  # signs the public log, locks the keys of its steps

    @classmethod
    def make(cls, folder: Path) -> "Keyring":
        """Create the keys at the first start, and load them all.

        Later a missing key is a fault and never made anew: what the old one locked would be lost.

        Raises:
            KeyringError: names each key file that is missing or malformed.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        complete = folder / COMPLETE
        if not complete.exists():
            for item in fields(cls):
                path = folder / f"{item.name}.key"
                if not path.exists():
                    _create(path, secrets.token_bytes(KEY_BYTES))
            complete.touch()
            sync_folder(folder)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Load every key.

        Raises:
            KeyringError: names each key file that is missing or malformed.
        """
        faults, keys = [], {}
        for item in fields(cls):
            path = folder / f"{item.name}.key"
            try:
                keys[item.name] = path.read_bytes()
            except OSError:
                faults.append(f"{path.name}: missing")
                continue
            if len(keys[item.name]) != KEY_BYTES:
                faults.append(f"{path.name}: not {KEY_BYTES} bytes")
        if faults:
            raise KeyringError("; ".join(faults))
        return cls(**keys)


def _create(path: Path, key: bytes) -> None:
    """Write a key whole and durably, or not at all; of two who do so at once the first wins."""
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    waiting.touch(mode=0o600)
    try:
        with waiting.open("wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(waiting, path)
    finally:
        waiting.unlink()
    sync_folder(path.parent)

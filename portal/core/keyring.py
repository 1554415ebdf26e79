"""The server's own keys: small files outside the database, made once, never shown."""

import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path

from witness.durable import create_whole, sync

KEY_BYTES = 32
COMPLETE = "complete"  # stands beside the keys once all of them were made
MARK_BYTES = 16
# Reading is for the server alone. systemd grants a credential to a service by an access list,
# which the file system shows as a right of the group to read.
OTHERS = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


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
        """Create the keys of a new installation, and load them all.

        Only the command for it calls this. A key that is missing among others is a fault and never
        made anew: what the old one locked would be lost.

        Raises:
            KeyringError: names each key file that is missing or malformed.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        complete = folder / COMPLETE
        if not complete.exists():
            for item in fields(cls):
                path = folder / f"{item.name}.key"
                if not path.exists():
                    with suppress(FileExistsError):  # of two who do so at once the first wins
                        create_whole(path, secrets.token_bytes(KEY_BYTES))
            complete.touch()
            sync(folder)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Load every key.

        Raises:
            KeyringError: names each key file that is missing or malformed.
        """
        faults: list[str] = []
        keys: dict[str, bytes] = {}
        for item in fields(cls):
            try:
                keys[item.name] = _read(folder / f"{item.name}.key")
            except KeyringError as error:
                faults.append(str(error))
        if len(faults) == len(fields(cls)):
            faults.insert(0, f"no keys can be read in {folder}")
        if faults:
            raise KeyringError("; ".join(faults))
        return cls(**keys)

    @property
    def marks(self) -> dict[str, bytes]:
        """What tells each key from another and does not give it away: 16 bytes, by its name."""
        return {
            item.name: sha256(
                f"key of the portal: {item.name}\n".encode() + getattr(self, item.name)
            ).digest()[:MARK_BYTES]
            for item in fields(self)
        }


def _read(path: Path) -> bytes:
    """Read a key that nobody else can read.

    Raises:
        KeyringError: it is missing, malformed or open to others; the message begins with its name.
    """
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        raise KeyringError(f"{path.name}: missing") from None
    except OSError as error:
        raise KeyringError(f"{path.name}: {error.strerror}") from None
    if mode & OTHERS:
        raise KeyringError(f"{path.name}: other users of this machine can read or change it")
    if len(key) != KEY_BYTES:
        raise KeyringError(f"{path.name}: not {KEY_BYTES} bytes")
    return key

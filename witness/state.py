"""What a witness keeps: its key, the logs it watches, what it saw of them, evidence.

    key                 the private key, for its owner alone
    logs/<digest>/log   address and keys of a log
             …/seen/N   checkpoint of size N that was cosigned, with the cosignature
             …/doubts   checkpoints that the log signed and did not prove
             …/evidence what contradicts itself
             …/alarm    why nothing of this log is cosigned any more
             …/lock     held by whoever decides

Each file is whole and on the disk, or not there; one of them, `seen/N`, decides what was cosigned.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from crypto import checkpoint, cosignature, notes
from crypto.checkpoint import Checkpoint
from crypto.cosignature import TIMESTAMP_BYTES, derive_witness_key
from crypto.errors import FormatError
from crypto.mldsa import MldsaKey, generate_mldsa_key
from crypto.notes import COSIGNATURE_MLDSA44, Note, Signature, VerifierKey
from crypto.signing import SigningKey, generate_signing_key
from crypto.text import from_base64, to_base64
from crypto.witness import UnknownLog
from witness.durable import create_whole, replace_whole, sync

PRIVATE = "PRIVATE+KEY+"
MAX_SEEN = 5000  # of one log; the oldest go first
MAX_DOUBTS = 20
DIGITS = 19


class StateError(Exception):
    """The folder of the witness is not in order, or what is asked for cannot be done in it."""


@dataclass(frozen=True)
class WitnessKey:
    """Name and private key of a witness."""

    name: str
    key: SigningKey | MldsaKey

    @property
    def public(self) -> VerifierKey:
        """The public half, which everybody may know."""
        return derive_witness_key(self.name, self.key)

    @property
    def text(self) -> str:
        """The line of the key file."""
        material = to_base64(bytes([self.public.kind]) + self.key.seed)
        return f"{PRIVATE}{self.name}+{self.public.id.hex()}+{material}\n"

    def cosign(self, state: Checkpoint, when: int) -> Signature:
        """Vouch for a checkpoint."""
        return cosignature.cosign(state, self.name, self.key, when)


def parse_witness_key(text: str) -> WitnessKey:
    """Read a key file.

    Raises:
        FormatError: it is none.
    """
    name, _, rest = text.removeprefix(PRIVATE).partition("+")
    material = from_base64(rest.partition("+")[2].rstrip("\n"))
    kind = MldsaKey if material[:1] == bytes([COSIGNATURE_MLDSA44]) else SigningKey
    own = WitnessKey(name, kind(material[1:]))
    if own.text != text:
        raise FormatError("not the key file of a witness")
    return own


@dataclass(frozen=True)
class State:
    """The folder of a witness."""

    folder: Path

    def store_key(self, own: WitnessKey) -> None:
        """Write a new key.

        Raises:
            StateError: there is one already.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            create_whole(self.folder / "key", own.text.encode())
        except FileExistsError:
            raise StateError(f"{self.folder / 'key'} exists; a witness keeps its key") from None

    @cached_property
    def own(self) -> WitnessKey:
        """The key of the witness.

        Raises:
            StateError: there is none, or others can read it.
        """
        path = self.folder / "key"
        try:
            if path.stat().st_mode & 0o077:
                raise StateError(f"others can read {path}; say: chmod 600 {path}")
            return parse_witness_key(path.read_text("utf-8"))
        except FileNotFoundError:
            raise StateError(f"there is no key in {self.folder}; make one with: new NAME") from None
        except (FormatError, UnicodeDecodeError) as error:
            raise StateError(f"{path} is damaged") from error

    def watch(self, key: VerifierKey, address: str) -> "WatchedLog":
        """Watch a log from now on, at this address and with this key beside those it had.

        Raises:
            StateError: the key cannot be that of a log.
        """
        if key.kind != notes.ED25519:
            raise StateError("this is the key of a witness, not that of a log")
        log = self._locate_log(key.name)
        log.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.locked():
            keys = list(dict.fromkeys((*log.keys, key)))
            lines = [f"address {address}", *(f"key {key.text}" for key in keys), ""]
            _write(log.folder / "log", "\n".join(lines).encode())
        return log

    def list_logs(self) -> list["WatchedLog"]:
        """Return every log that is watched, by name."""
        logs = [WatchedLog(path.parent) for path in self.folder.glob("logs/*/log")]
        return sorted(logs, key=lambda log: log.origin)

    def get_log(self, origin: str) -> "WatchedLog":
        """Return a log that is watched.

        Raises:
            UnknownLog: this one is not.
        """
        log = self._locate_log(origin)
        if not (log.folder / "log").exists():
            raise UnknownLog("the witness does not watch this log")
        return log

    def _locate_log(self, origin: str) -> "WatchedLog":
        return WatchedLog(self.folder / "logs" / sha256(origin.encode()).hexdigest()[:32])


@dataclass(frozen=True)
class WatchedLog:
    """A log that is watched, and what was seen of it."""

    folder: Path

    @property
    def address(self) -> str:
        """Below which its checkpoint and its tiles are served."""
        addresses = [value for word, value in self._read_lines() if word == "address"]
        return addresses[0] if addresses else ""

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """What it signs with."""
        return tuple(notes.parse_key(value) for word, value in self._read_lines() if word == "key")

    @property
    def origin(self) -> str:
        """Its name."""
        return self.keys[0].name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else decide about this log, in this process or in another."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def find_latest(self) -> Checkpoint | None:
        """Return the last checkpoint that was cosigned."""
        sizes = self._list_sizes()
        return self.find_cosigned(sizes[-1]) if sizes else None

    def find_cosigned(self, size: int) -> Checkpoint | None:
        """Return the checkpoint of this size that was cosigned, if it is still kept."""
        note = self.find_note(size)
        return checkpoint.parse(note.text) if note else None

    def find_note(self, size: int) -> Note | None:
        """Return the same with its signatures; the last one is the witness's."""
        try:
            return notes.parse((self.folder / "seen" / f"{size:0{DIGITS}}").read_bytes())
        except FileNotFoundError:
            return None

    def find_time(self, size: int) -> int | None:
        """Return when the checkpoint of this size was cosigned, in seconds since 1970."""
        note = self.find_note(size)
        if note is None:
            return None
        return int.from_bytes(note.signatures[-1].value[:TIMESTAMP_BYTES], "big")

    def keep(self, state: Checkpoint, note: Note) -> None:
        """Keep a checkpoint that is being cosigned, before anybody gets the cosignature."""
        _write(self.folder / "seen" / f"{state.size:0{DIGITS}}", note.data)
        for size in self._list_sizes()[:-MAX_SEEN]:
            (self.folder / "seen" / f"{size:0{DIGITS}}").unlink(missing_ok=True)
        self.settle(state)

    def keep_doubt(self, data: bytes) -> None:
        """Keep a checkpoint that the log signed and did not prove, to be looked into."""
        folder = self.folder / "doubts"
        if len(self.list_doubts()) < MAX_DOUBTS:
            _write(folder / sha256(data).hexdigest(), data)

    def list_doubts(self) -> dict[Path, Checkpoint]:
        """Return the checkpoints that are still to be looked into."""
        paths = sorted((self.folder / "doubts").glob("[0-9a-f]*"))
        return {path: checkpoint.parse(notes.parse(path.read_bytes()).text) for path in paths}

    def settle(self, state: Checkpoint) -> None:
        """Forget the doubts about a state that turned out to be the log's."""
        for path, doubted in self.list_doubts().items():
            if doubted == state:
                path.unlink(missing_ok=True)

    @property
    def alarm(self) -> str:
        """Why nothing of this log is cosigned any more; nothing: it is."""
        return self._read_text("alarm")

    def stop(self, words: str, evidence: Mapping[str, bytes]) -> Path:
        """Cosign nothing of this log any more, and keep what shows why.

        Args:
            words: for a person.
            evidence: files, by name.

        Returns:
            Where the files are.
        """
        digest = sha256(b"".join(evidence.values())).hexdigest()[:16]
        folder = self.folder / "evidence" / digest
        for name, data in evidence.items():
            _write(folder / name, data)
        _write(self.folder / "alarm", f"{words}\nEvidence: {folder}\n".encode())
        return folder

    def resume(self) -> None:
        """Cosign again, because a person has decided so; the words and the evidence stay."""
        with self.locked():
            words = self.alarm
            if not words:
                raise StateError(f"{self.origin} has no alarm")
            _write(self.folder / "evidence" / f"settled-{secrets.token_hex(4)}", words.encode())
            for path in self.list_doubts():  # a person knows of them now
                path.replace(self.folder / "evidence" / f"doubt-{path.name[:16]}")
            for name in ("told", "older", "alarm"):
                (self.folder / name).unlink(missing_ok=True)

    @property
    def is_told(self) -> bool:
        """Tell whether the command for alarms has run."""
        return bool(self._read_text("told"))

    def mark_told(self) -> None:
        """Remember that the command for alarms has run."""
        _write(self.folder / "told", b"told\n")

    def read_older_since(self) -> int | None:
        """Return since when the log shows an older state than it did, in seconds since 1970."""
        text = self._read_text("older")
        return int(text) if text else None

    def write_older_since(self, when: int | None) -> None:
        """Remember since when that is so; none: it is not."""
        if when is None:
            (self.folder / "older").unlink(missing_ok=True)
        else:
            _write(self.folder / "older", b"%d\n" % when)

    def _read_text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def _read_lines(self) -> list[tuple[str, str]]:
        lines = self._read_text("log").splitlines()
        return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]

    def _list_sizes(self) -> list[int]:
        paths = (self.folder / "seen").glob("[0-9]*")
        return sorted(int(path.name) for path in paths)


def generate_witness_key(name: str, *, mldsa: bool) -> WitnessKey:
    """Make a key for a witness.

    Raises:
        FormatError: it cannot have this name.
    """
    own = WitnessKey(name, generate_mldsa_key() if mldsa else generate_signing_key())
    if len(own.public.name.encode()) > cosignature.MAX_NAME_BYTES:
        raise FormatError("a witness has a name of at most 255 bytes")
    return own


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place, whole and on the disk, for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(path, data, private=True, dated=True)
    sync(path.parent.parent)

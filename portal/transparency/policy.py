"""Whose word on the log is asked for: the file `log-policy` in the instance folder.

    # whoever reads the log believes what these keys signed
    log portal.example/log+c5e5a1b2+AaB…
    witness ngo.example/w+1f2e3d4c+BMk… https://ngo.example/witness
    witness paper.example/w+9a8b7c6d+BgK…
    quorum 2

A witness with an address is sent each new checkpoint; one without comes and fetches it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from crypto import notes
from crypto.cosignature import Policy
from crypto.errors import FormatError
from crypto.log_entries import MAX_VALUE
from crypto.notes import VerifierKey
from portal.core.errors import Conflict, Invalid, NotFound
from witness.durable import replace_whole

FILE = "log-policy"  # in the instance folder
MAX_ADDRESS = 500


@dataclass(frozen=True)
class Witness:
    """A key that cosigns, and the address below which its witness takes checkpoints, if any."""

    key: VerifierKey
    address: str = ""

    @property
    def line(self) -> str:
        """The line of the file."""
        return f"witness {self.key.text} {self.address}".rstrip()


@dataclass(frozen=True)
class PolicyFile:
    """What the file says: keys of the log, witnesses, and how many of them are needed."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[Witness, ...] = ()
    needed: int = 0

    @property
    def policy(self) -> Policy:
        """What whoever checks a checkpoint goes by."""
        return Policy(self.logs, tuple(witness.key for witness in self.witnesses), self.needed)

    @property
    def text(self) -> str:
        """The file without comments, as the log announces it and as it is published."""
        lines = [f"log {key.text}" for key in self.logs]
        lines += [witness.line for witness in self.witnesses]
        return "\n".join([*lines, f"quorum {self.needed}", ""])

    def add_witness(self, witness: Witness) -> "PolicyFile":
        """Return it with one more witness, or with another address of one that it has.

        Raises:
            Conflict: this would be no policy, such as the same key under another name.
        """
        others = tuple(known for known in self.witnesses if known.key != witness.key)
        return self._check(replace(self, witnesses=(*others, witness)))

    def remove_witness(self, name: str) -> "PolicyFile":
        """Return it without all keys of a witness.

        Raises:
            NotFound: there is no witness of this name.
            Conflict: more witnesses are asked for than would be left.
        """
        others = tuple(known for known in self.witnesses if known.key.name != name)
        if others == self.witnesses:
            raise NotFound(f"no witness is called {name}")
        return self._check(replace(self, witnesses=others))

    def set_quorum(self, needed: int) -> "PolicyFile":
        """Return it with another number of witnesses that are needed.

        Raises:
            Conflict: there are not so many.
        """
        return self._check(replace(self, needed=needed))

    @staticmethod
    def _check(made: "PolicyFile") -> "PolicyFile":
        try:
            return parse(made.text)
        except Invalid as error:
            raise Conflict(str(error)) from error


def load(instance: Path, own: VerifierKey) -> PolicyFile:
    """Read the policy of a portal; without a file nobody's word but the log's is asked for.

    Args:
        instance: its folder.
        own: the key that its log signs with.

    Raises:
        Invalid: names everything that is wrong with the file.
    """
    try:
        data = (instance / FILE).read_bytes()
    except FileNotFoundError:
        return PolicyFile((own,))
    try:
        policy_file = parse(data.decode())
    except UnicodeDecodeError as error:
        raise Invalid(f"{FILE}: not UTF-8") from error
    if own not in policy_file.logs:
        raise Invalid(f"{FILE}: no line says: log {own.text}")
    return policy_file


def save(instance: Path, chosen: PolicyFile) -> None:
    """Write the file, without the comments that it had."""
    replace_whole(instance / FILE, chosen.text.encode())


def parse(text: str) -> PolicyFile:
    """Read a policy.

    Args:
        text: the file; empty lines and lines that begin with # say nothing.

    Raises:
        Invalid: names every fault with the number of its line.
    """
    parser = _PolicyParser()
    for number, line in enumerate(text.split("\n"), start=1):
        parser.read(number, line)
    faults = parser.faults + ([] if parser.faults else _check_whole(parser, len(text.encode())))
    if faults:
        raise Invalid("; ".join(f"{FILE}: {fault}" for fault in faults))
    return PolicyFile(tuple(parser.logs), tuple(parser.witnesses), parser.needed or 0)


@dataclass
class _PolicyParser:
    """What was read so far, and what is wrong with it."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    needed: int | None = None
    faults: list[str] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        """Read a line."""
        if not line.strip() or line.startswith("#"):
            return
        readers: Mapping[str, Callable[[list[str]], None]] = {
            "log": self._read_log,
            "witness": self._read_witness,
            "quorum": self._read_quorum,
        }
        word, *rest = line.split(" ")
        try:
            readers.get(word, _refuse_unknown)(rest)
        except FormatError as error:
            self.faults.append(f"line {number}: {error}")

    def _read_log(self, rest: list[str]) -> None:
        if len(rest) != 1:
            raise FormatError("say: log KEY")
        key = notes.parse_key(rest[0])
        if key.kind != notes.ED25519:
            raise FormatError("a log signs with a key of kind 0x01")
        if key in self.logs:
            raise FormatError("this key stands here twice")
        self.logs.append(key)

    def _read_witness(self, rest: list[str]) -> None:
        if not 1 <= len(rest) <= 2:
            raise FormatError("say: witness KEY, or: witness KEY ADDRESS")
        key = notes.parse_key(rest[0])
        if key.kind == notes.ED25519:
            raise FormatError("a witness cosigns with a key of kind 0x04 or 0x06")
        if any(key.public == known.key.public for known in self.witnesses):
            raise FormatError("this key stands here twice")
        address = rest[1] if len(rest) == 2 else ""
        if address and not _is_address(address):
            raise FormatError("an address looks like https://host/path, without a slash at its end")
        self.witnesses.append(Witness(key, address))

    def _read_quorum(self, rest: list[str]) -> None:
        if self.needed is not None:
            raise FormatError("the quorum stands here twice")
        if len(rest) != 1 or not (rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 4):
            raise FormatError("say: quorum and how many witnesses are needed")
        self.needed = int(rest[0])


def _refuse_unknown(_rest: list[str]) -> None:
    raise FormatError("begins with log, witness, quorum or #")


def _check_whole(parser: _PolicyParser, length: int) -> list[str]:
    """Return what is wrong although every line is right."""
    names = {witness.key.name for witness in parser.witnesses}
    asked = parser.needed or 0
    wrong = {
        "no line says: log KEY": not parser.logs,
        "no line says: quorum NUMBER": parser.needed is None,
        "the keys of the log have several names": len({key.name for key in parser.logs}) > 1,
        f"quorum {asked}, but there are {len(names)} witnesses": asked > len(names),
        f"longer than {MAX_VALUE} bytes, which is what the log takes": length > MAX_VALUE,
    }
    return [fault for fault, is_so in wrong.items() if is_so]


def _is_address(text: str) -> bool:
    """Tell whether requests can be sent below an address."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    extra = parts.query or parts.fragment or "@" in parts.netloc or "?" in text or "#" in text
    known = parts.scheme in {"http", "https"} and text.isascii() and text.isprintable()
    return named and known and not extra and not text.endswith("/") and len(text) <= MAX_ADDRESS

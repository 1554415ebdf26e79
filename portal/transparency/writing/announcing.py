"""What the portal uses and the log has to say: keys of bodies, scripts, code, its witnesses."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.keys import parse_recipient
from crypto.log_entries import Announcement
from crypto.notes import VerifierKey
from portal.cases.models import RECOVERY, UnitKey
from portal.transparency import queries
from portal.transparency.models import LogEntry
from portal.transparency.policy import PolicyFile, parse

ROOT = Path(__file__).parents[3]
CODE = ("crypto", "portal", "witness", "templates", "translations", "migrations")
SCRIPTS = "portal/static"
NAME = "portal"


def list_in_use(session: Session, chosen: PolicyFile) -> list[Announcement]:
    """Return everything that readers and reporters rely on now, as the log should say it.

    Args:
        session: to read with.
        chosen: whose word on the log is asked for.
    """
    return [*list_keys(session), *announce_programs(), announce_witnesses(chosen)]


def list_keys(session: Session) -> list[Announcement]:
    """Return the public keys of every body in every epoch, the oldest first."""
    rows = session.scalars(select(UnitKey).order_by(UnitKey.id))
    return [announcement for row in rows for announcement in announce_key(row)]


def announce_key(key: UnitKey) -> list[Announcement]:
    """Return what the log has to say of the keys of a body; recovery signs nothing."""
    name = format_name(key)
    announcements = [Announcement("recipient", name, parse_recipient(key.recipient).raw)]
    if key.body_code != RECOVERY:
        announcements.append(Announcement("signing", name, key.signing))
    return announcements


def format_name(key: UnitKey) -> str:
    """Return how the log calls the keys of a body in one epoch."""
    return f"{key.body_code}/{key.epoch}"


def announce_programs() -> list[Announcement]:
    """Return digests of the scripts that browsers get and of all code of the portal."""
    return [
        Announcement("reader", NAME, _hash_files([SCRIPTS])),
        Announcement("code", NAME, _hash_files(CODE)),
    ]


def announce_witnesses(chosen: PolicyFile) -> Announcement:
    """Return what the log has to say of its witnesses."""
    return Announcement("policy", NAME, chosen.text.encode())


def read_announced(session: Session, own: VerifierKey) -> PolicyFile:
    """Return whose word on the log is asked for, as the log says it.

    Args:
        session: to read with.
        own: the key that the log signs with; alone, if nothing was announced yet.
    """
    position = queries.find_newest_position(session, "policy", NAME)
    if position is not None:
        match log_entries.parse(session.get_one(LogEntry, position).entry):
            case Announcement(value=text):
                return parse(text.decode())
    return PolicyFile((own,))


def _hash_files(folders: list[str] | tuple[str, ...]) -> bytes:
    """Return the SHA-256 of a list of files with the SHA-256 of each, as `sha256sum` prints it."""
    lines = "".join(
        f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in _list_files(folders)
    )
    return sha256(lines.encode()).digest()


def _list_files(folders: list[str] | tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    named = sorted((path.relative_to(ROOT).as_posix(), path) for path in paths if path.is_file())
    for name, path in named:
        if not {"__pycache__", "node_modules"} & set(path.parts) and path.suffix not in {
            ".mo",
            ".pyc",
        }:
            yield name, path

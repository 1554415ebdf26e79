"""What the log says that figures can be compared with, gathered while all of it is read."""

from dataclasses import dataclass, field

from crypto import log_entries
from crypto.cosignature import Policy, WitnessedCheckpoint
from crypto.log_entries import KEYS, OUTCOME, RELEASE, Announcement, Release, Step
from portal.core.calendar import Quarter
from portal.transparency.publishing.totals import Totals, parse_marker
from portal.transparency.verifying.reading import Fetch, read_whole_log

CODE = "code"
_READ = frozenset(ord(kind) for kind in (KEYS, OUTCOME, RELEASE))


@dataclass
class LoggedFigures:
    """Counts by quarter, outcomes by quarter and place, manifests of releases, digests of code."""

    totals: Totals = field(default_factory=Totals)
    outcomes: dict[str, dict[int, Step]] = field(default_factory=dict)
    releases: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    code: list[tuple[int, bytes]] = field(default_factory=list)
    _waiting: dict[int, Step] = field(default_factory=dict)

    def add(self, place: int, entry: bytes) -> None:
        """Take one entry more.

        Raises:
            FormatError: no entry of the log.
        """
        self.totals.add([entry])
        if entry[1] not in _READ:
            return
        match leaf := log_entries.parse(entry):
            case Step():
                self._waiting[place] = leaf
            case Release():
                self.releases.setdefault(leaf.name, []).append((place, leaf.digest))
            case Announcement() if leaf.kind == CODE:
                self.code.append((place, leaf.value))
            case Announcement() if through := parse_marker(entry):
                self.outcomes.setdefault(Quarter.from_day(through), {}).update(self._waiting)
                self._waiting = {}


def read_log(fetch: Fetch, policy: Policy) -> tuple[LoggedFigures, WitnessedCheckpoint]:
    """Read the whole log.

    Args:
        fetch: gives its files.
        policy: whom to believe.

    Returns:
        What it says, and the checkpoint that vouches for all of it.

    Raises:
        FormatError: what is there is no log.
        OpenError: not the log's, too few witnesses saw it, or it has other entries.
        OSError: a file is missing or cannot be had.
    """
    contents = LoggedFigures()
    return contents, read_whole_log(fetch, policy, contents.add)

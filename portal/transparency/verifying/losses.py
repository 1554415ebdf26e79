"""What the database has lost of what was accepted, by what does not travel with a copy of it.

That is: the mark of the trail and the newest signed state, both in the folder of the state, and the
published files of the log. A copy of all three together with the database shows no difference; what
shows then is said in docs/log-attacks.md.
"""

from collections.abc import Iterator

from portal.cases import trailmark
from portal.cases.trailmark import TrailMark
from portal.core.db import Sessions
from portal.transparency.writing import signed
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log


def check(sessions: Sessions, log: Log, mark: TrailMark) -> Iterator[str]:
    """Yield what was accepted, signed or published here and is not in the database.

    Args:
        sessions: of the database.
        log: which, with what its key signed and published.
        mark: of the trail.
    """
    if fault := trailmark.describe_loss(sessions, mark):
        yield fault
    yield from signed.find_faults(sessions, log.states, derive_public_key(log.keyring, log.origin))

"""What a sweep that destroys may take: a small part, never what a backup does not have yet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.errors import Conflict
from witness.durable import replace_whole

A_DAY = 86_400
# Without a backup that anybody told of: until then every fault of an operator has been noticed.
NO_BACKUP_DAYS = 30
PERCENT, FEW = 5, 20
PAUSE_DAYS = 7  # sweeps are daily; after a longer pause the clock may be wrong
BACKUP, SWEPT = "backup", "swept"  # "swept" alone is retention's, others add their name


@dataclass(frozen=True)
class Sweeps:
    """What sweeps remember, in the folder of the state: the newest backup, the last sweep."""

    folder: Path
    name: str = ""  # of the sweep; each has a day of its own

    @property
    def _swept(self) -> Path:
        return self.folder / "-".join(filter(None, (SWEPT, self.name)))

    def mark_backup(self, seconds: int) -> None:
        """Note the newest backup.

        Args:
            seconds: Unix time at which it began: what came later it may lack.
        """
        replace_whole(self.folder / BACKUP, f"{seconds}\n".encode())

    def compute_oldest_kept(self, now: int) -> int:
        """Return since when nothing may be destroyed: Unix time in seconds.

        Args:
            now: Unix time in seconds.
        """
        try:
            backup = int((self.folder / BACKUP).read_text("ascii"))
        except (OSError, ValueError):
            backup = now - NO_BACKUP_DAYS * A_DAY
        return min(backup, now - A_DAY)

    def check_day(self, today: date, *, after_a_pause: bool) -> None:
        """Make sure that no clock jumped since the last sweep.

        Raises:
            Conflict: the last one was on a later day, or long ago.
        """
        try:
            last = date.fromisoformat(self._swept.read_text("ascii").strip())
        except (OSError, ValueError):
            return
        days = (today - last).days
        if not after_a_pause and not 0 <= days <= PAUSE_DAYS:
            raise Conflict(
                f"today is {today}, and this last ran on {last}, {days} days before. Nothing was"
                " destroyed. If the clock is right, say --after-a-pause"
            )

    def note_day(self, today: date) -> None:
        """Note that a sweep was done."""
        replace_whole(self._swept, f"{today.isoformat()}\n".encode())


def check_share(
    what: str, number: int, of: int, *, known: int, up_to: int | None, few: int = FEW
) -> None:
    """Make sure that a sweep takes a small part only.

    Args:
        what: is swept, in words.
        number: of what would go.
        of: so many are there.
        known: so many of them the database speaks of; never more go than these.
        up_to: what the operator allows, having seen the numbers.
        few: so many may go however small the share is.

    Raises:
        Conflict: more would go. The message has the numbers.
    """
    allowed = min(known, max(few, of * PERCENT // 100)) if up_to is None else up_to
    if number > allowed:
        raise Conflict(
            f"{number} of {of} {what} would be destroyed; no more than {allowed} are expected, as"
            f" the database knows of {known}. Nothing was destroyed. Is this the right database,"
            f" and the newest? If it is all right, say --up-to {number}"
        )

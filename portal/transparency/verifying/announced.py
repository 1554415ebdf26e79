"""Keys in use, code, batches and rows of the log against what its entries announced."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.log_entries import Announcement
from portal.cases.models import UnitKey
from portal.core.calendar import ONE_DAY, Quarter
from portal.transparency.models import LogBatch
from portal.transparency.verifying.contents import Contents
from portal.transparency.writing import announcing

_OF_BODIES = ("recipient", "signing")


def check(session: Session, contents: Contents, programs: Sequence[Announcement]) -> Iterator[str]:
    """Yield keys and code that are in use and not announced, or are not what was announced.

    Args:
        session: to read with.
        contents: what the entries say.
        programs: code, scripts and whatever else is in use now.
    """
    used: dict[tuple[str, str], bytes] = {}
    keys = session.scalars(select(UnitKey).order_by(UnitKey.body_code, UnitKey.epoch)).all()
    yield from _find_reused(keys)
    for key in sorted(keys, key=lambda key: key.id):
        for announcement in announcing.announce_key(key):
            used[announcement.kind, announcement.name] = announcement.value
            yield from _check_key(key, announcement, contents)
    for (kind, name), values in contents.announced.items():
        if kind in _OF_BODIES and (kind, name) not in used:
            yield f"the {kind} key of {name} was announced, and the database does not have it"
        if kind in _OF_BODIES and len(set(values)) > 1:
            yield f"the {kind} key of {name} was announced {len(values)} times, each another"
    for announcement in programs:
        values = contents.announced.get((announcement.kind, announcement.name), [])
        if contents.batches and announcement.value not in values[-1:]:
            kind = announcement.kind
            yield f"the {kind} in use is not what was announced last; `log merge` announces it"


def _find_reused(keys: Sequence[UnitKey]) -> Iterator[str]:
    """Yield every key, of keys in the order of bodies and epochs, that has a newer one."""
    for key, newer in pairwise(keys):
        if key.body_code == newer.body_code and key.retired_on is None:
            yield f"key {key.epoch} of {key.body_code} is in use again, and {newer.epoch} is newer"


def _check_key(key: UnitKey, announcement: Announcement, contents: Contents) -> Iterator[str]:
    values = contents.announced.get((announcement.kind, announcement.name), [])
    what = f"the {announcement.kind} key of {announcement.name}"
    if values and announcement.value not in values:
        yield (f"{what} was replaced: reports are sealed to a key that the log does not know")
    elif not values and contents.last and key.made_on <= contents.last:
        yield f"{what}, of {key.made_on}, was never announced"


def check_batches(session: Session, contents: Contents) -> Iterator[str]:
    """Yield batches whose row is not what the entries say, and such as have two quarters."""
    rows = session.execute(
        select(LogBatch.through, LogBatch.size, LogBatch.reports).order_by(LogBatch.through)
    )
    known = {through: (size, reports) for through, size, reports in rows}
    for before, batch in zip([None, *contents.batches], contents.batches, strict=False):
        if known.pop(batch.through, None) != (batch.size, batch.reports):
            yield f"the row of the batch of {batch.through} is not what its entries say"
        if before and Quarter.from_day(before.through + ONE_DAY) != Quarter.from_day(batch.through):
            yield f"the batch of {batch.through} has steps of two quarters"
    for through in known:
        yield f"the batch of {through} is not in the log"

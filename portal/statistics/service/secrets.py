"""The secrets of a release: kept locked while auditors may recompute it, then destroyed for good.

Afterwards nobody can draw its noise again or strip it, whatever they hold: the key of the release
is gone, and so are the record keys that the noise was drawn from.
"""

import json
import secrets
import zlib
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from crypto.secretbox import KEY_BYTES, decrypt, derive_key, encrypt
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core.errors import Conflict
from portal.statistics.dataset.tallies import Tallies, from_rows, to_rows
from portal.statistics.models import ReleaseVersion

KEPT_DAYS = 30  # after a release was signed off
LABEL = b"secrets of releases"
KEY, COUNTED = b"key ", b"counted "
_HAS_SECRETS = or_(ReleaseVersion.key.is_not(None), ReleaseVersion.counted.is_not(None))


def make_key(master: bytes, name: str) -> bytes:
    """Make a key for a release, and return it locked.

    Args:
        master: the server's key of statistics.
        name: of the release: 2026-q3/v1.
    """
    return lock_key(master, name, secrets.token_bytes(KEY_BYTES))


def lock_key(master: bytes, name: str, key: bytes) -> bytes:
    """Return the key of a release as it is kept."""
    return _lock(master, KEY + name.encode(), key)


def unlock_key(release: ReleaseVersion, master: bytes) -> bytes:
    """Return the key of a release.

    Raises:
        Conflict: it was destroyed.
        OpenError: the server's key is another one.
    """
    if release.key is None:
        raise Conflict(f"the key of {release.name} was destroyed; nobody can count it again")
    return _unlock(master, KEY + release.name.encode(), release.key)


def copy_key(earlier: ReleaseVersion, name: str, master: bytes) -> bytes:
    """Return the key of a release locked for its next version: equal cells get equal noise.

    Raises:
        Conflict: it was destroyed.
    """
    return lock_key(master, name, unlock_key(earlier, master))


def lock_counts(
    master: bytes, name: str, totals: tuple[int, int], tallies: Mapping[str, Tallies]
) -> bytes:
    """Return what was counted, locked: a corrected version is compared with it."""
    cells = {table: to_rows(cells_of_table) for table, cells_of_table in tallies.items()}
    text = json.dumps({"totals": totals, "cells": cells}, separators=(",", ":"))
    return _lock(master, COUNTED + name.encode(), zlib.compress(text.encode()))


def unlock_counts(
    release: ReleaseVersion, master: bytes
) -> tuple[tuple[int, int], dict[str, Tallies]]:
    """Return the exact totals and the cells of a release as they were counted.

    Raises:
        Conflict: they were destroyed.
    """
    if release.counted is None:
        raise Conflict(f"what {release.name} counted was destroyed")
    packed = _unlock(master, COUNTED + release.name.encode(), release.counted)
    counted = json.loads(zlib.decompress(packed))
    received, concluded = counted["totals"]
    cells = {table: from_rows(rows) for table, rows in counted["cells"].items()}
    return (received, concluded), cells


def compute_last_day(release: ReleaseVersion) -> date | None:
    """Return the day on which the secrets of a release are destroyed; none before it is signed."""
    return release.signed_on + timedelta(days=KEPT_DAYS) if release.signed_on else None


def count_due(session: Session, *, today: date) -> tuple[int, int]:
    """Return how many releases lose their secrets today, and how many have any."""
    number = select(func.count()).select_from(ReleaseVersion)
    kept = number.where(ReleaseVersion.released_on.is_not(None), _HAS_SECRETS)
    ripe = number.where(*_select_due(today))
    return session.scalar(ripe) or 0, session.scalar(kept) or 0


def destroy(session: Session, *, today: date) -> list[str]:
    """Destroy the secrets of every release whose time has come, and return their names.

    The record keys that it was counted with follow (`portal.statistics.service.record_keys`).
    """
    names = []
    for release in session.scalars(
        select(ReleaseVersion).where(*_select_due(today)).order_by(ReleaseVersion.id)
    ):
        release.key = release.counted = None
        audit.record(
            session,
            AuditAct.RELEASE_KEY_DESTROYED,
            actor=audit.SYSTEM,
            detail=release.name,
            today=today,
        )
        names.append(release.name)
    return names


def _select_due(today: date) -> tuple[ColumnElement[bool], ...]:
    last = today - timedelta(days=KEPT_DAYS)
    return ReleaseVersion.released_on.is_not(None), ReleaseVersion.signed_on <= last, _HAS_SECRETS


def _lock(master: bytes, context: bytes, secret: bytes) -> bytes:
    return encrypt(derive_key(master, LABEL), secret, context)


def _unlock(master: bytes, context: bytes, locked: bytes) -> bytes:
    return decrypt(derive_key(master, LABEL), locked, context)

"""The log as anybody reads it: a page in words, a signed state, tiles that lead to it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crypto import checkpoint, merkle, notes, tiles
from crypto.tiles import Bundle, Tile
from portal.core.config import Settings
from portal.transparency.policy import PolicyFile
from portal.transparency.publishing import files
from portal.transparency.writing import announcing, log_keys, service
from portal.web.parts import KEYRING
from tests.factories import Make
from tests.page import Browser, text_of

MONDAY = date(2026, 3, 9)


def grown(make: Make, session: Session, settings: Settings) -> int:
    """Put a report and all keys into the log, and write its files."""
    make.filed()
    chosen = PolicyFile((log_keys.derive_public_key(make.keyring, make.log.origin),))
    service.announce(session, make.log, announcing.list_in_use(session, chosen), today=MONDAY)
    service.merge(session, make.log, today=MONDAY)
    session.commit()
    return files.publish(session, settings.instance / files.FOLDER)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_empty_log_has_a_page(browser: Browser, lang: str) -> None:
    browser.get(f"/{lang}/log")


def test_the_page_tells_how_far_the_log_has_grown(
    make: Make, session: Session, settings: Settings, browser: Browser
) -> None:
    size = grown(make, session, settings)

    text = text_of(browser.get("/en/log"))

    assert f"Entries {size}" in text
    assert "PROS_SPEC/1" in text
    assert "2026-03-08" in browser.get("/en/log")


def test_the_files_lead_to_what_was_signed(
    make: Make, session: Session, settings: Settings, app: Flask, browser: Browser
) -> None:
    size = grown(make, session, settings)
    note = notes.parse(browser.client.get("/log/checkpoint").data)
    state = checkpoint.verify(
        note, [log_keys.derive_public_key(KEYRING.get_from(app), make.log.origin)]
    )

    def fetch(tile: Tile) -> bytes:
        data: bytes = browser.client.get(f"/log/{tile.path}").data
        return data

    read = tiles.make_tile_reader(state.size, fetch)
    bundle = Bundle(0, state.size % tiles.WIDTH)
    entries = tiles.read_bundle(bundle, browser.client.get(f"/log/{bundle.path}").data)

    assert (state.size, state.root) == (size, merkle.compute_root(size, read))
    assert read([merkle.Node(0, i) for i in range(size)]) == [
        merkle.hash_leaf(entry) for entry in entries
    ]
    assert entries[-1].startswith(b"\1K\0\0\0\5batch\0\0\0\x0a2026-03-08")


@pytest.mark.parametrize(
    "path", ["tile/0/1", "tile/0/000.p/256", "tile/9/000", "tile/../checkpoint", "tile/entries/000"]
)
def test_a_tile_that_is_none_is_not_found(browser: Browser, path: str) -> None:
    assert browser.client.get(f"/log/{path}").status_code == 404

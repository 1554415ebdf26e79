"""The unlocked identity stays for one tab and one server session."""

import secrets

from bench.modules import Bench

IDENTITY = "AGE-SECRET-KEY-PQ-1TEST"
PUT = "await lib.session.put(arguments[0], arguments[1])"
TAKE = "return lib.session.take(arguments[0])"
STORED = "return Object.values(sessionStorage).concat(Object.values(localStorage))"


def test_it_is_there_after_the_next_page(bench: Bench) -> None:
    key = secrets.token_bytes(32)
    bench.run(PUT, IDENTITY, key)
    bench.open()
    assert bench.run(TAKE, key) == IDENTITY
    stored = bench.run(STORED)
    assert len(stored) == 1
    assert IDENTITY not in stored[0]


def test_another_server_session_does_not_get_it_and_ends_it(bench: Bench) -> None:
    key = secrets.token_bytes(32)
    bench.run(PUT, IDENTITY, key)
    assert bench.run(TAKE, secrets.token_bytes(32)) is None
    assert bench.run(TAKE, key) is None


def test_it_is_gone_when_the_tab_locks(bench: Bench) -> None:
    key = secrets.token_bytes(32)
    bench.run(PUT, IDENTITY, key)
    bench.run("lib.session.clear()")
    assert bench.run(TAKE, key) is None
    assert bench.run(STORED) == []


def test_nothing_but_the_session_uses_storage(bench: Bench) -> None:
    bench.run(
        """
        const keys = await lib.receipt.derive(lib.receipt.newSecret());
        const own = lib.receipt.withSecondHalf(keys.master, lib.receipt.newSecondHalf());
        const others = [lib.seal.throwawayRecipient(), lib.seal.throwawayRecipient()];
        const sealed = await lib.seal.seal(new Uint8Array(9), [own.recipient, ...others]);
        await lib.seal.open(sealed, own.identity);
        """
    )
    assert bench.run(STORED) == []
    assert bench.run("return (await indexedDB.databases()).length + document.cookie.length") == 0

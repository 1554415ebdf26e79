"""A receipt does not exist before its report: nobody can take it out of memory beforehand."""

import os
import re
from pathlib import Path

import pytest

from bench.processes import ServerProcess, open_client, server
from crypto import receipt
from portal.core.config import Settings
from tests.factories import Make
from tests.intake.steps import needed, receipt_on, send, write_page
from tests.page import Browser

REPORTS = 12
PLANTED = b"KNB_AC"  # a word of the taxonomy, which every process of the portal holds

pytestmark = pytest.mark.journey


def memory(pid: int) -> bytes:
    """Return everything that a process may write to."""
    results = []
    with Path(f"/proc/{pid}/mem").open("rb") as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            borders = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if borders is None or "[v" in line:
                continue
            start, end = (int(group, 16) for group in borders.groups())
            os.lseek(file.fileno(), start, os.SEEK_SET)
            results.append(os.read(file.fileno(), end - start))
    return b"".join(results)


def file_one(running: ServerProcess) -> bytes:
    """File a report without scripts, and return the secret of its receipt."""
    browser = Browser(open_client(running.address))  # type: ignore[arg-type]
    answer = send(browser, write_page(browser), needed("bribery"))
    return receipt.parse(receipt_on(answer))


def test_an_image_of_memory_holds_no_receipt_of_a_later_report(
    settings: Settings, make: Make, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    make.session.close()
    with server(settings, tmp_path) as running:
        file_one(running)  # whatever a process begins with its first report, it has begun
        before = b"".join(memory(pid) for pid in (running.process.pid, *running.list_workers()))
        later = [file_one(running) for _ in range(REPORTS)]

    assert PLANTED in before, "the search finds nothing"
    known = [secret for secret in later if _forms(secret) & _found(before, later)]
    assert known == []


def _forms(secret: bytes) -> set[bytes]:
    """Return everything by which a receipt could be recognised."""
    code, keys = receipt.format_digits(secret).encode(), receipt.derive(secret)
    return {secret, code, code.replace(b" ", b""), keys.master, keys.lookup, keys.blinding_key}


def _found(image: bytes, secrets: list[bytes]) -> set[bytes]:
    return {form for secret in secrets for form in _forms(secret) if form in image}

"""Files are put in their place by one module, so that none is ever half there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BY_HAND = {
    "puts a file over another": r"os\.(rename|replace|link)\(|\.rename\(|\.replace\([\w./ ]+\)",
    "makes a file that was not there": r"O_EXCL|open\(\s*[\"']x|[\"']xb[\"']",
    "writes to the disk": r"fsync\(",
}
# Who else does it, and why.
KNOWN = {
    "witness/durable.py": "the one that does",
    "witness/state.py": "moves evidence that is whole already",
    "portal/core/blobs.py": "sealed files come in pieces and get their name when they are whole",
    "portal/statistics/releases/drafts.py": "reveals a whole folder at one instant",
}


@pytest.mark.parametrize("what", BY_HAND)
def test_one_module_writes(what: str) -> None:
    writing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("crypto", "portal", "witness")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and re.search(BY_HAND[what], path.read_text("utf-8"))
    }

    assert writing <= KNOWN.keys()
    assert "witness/durable.py" in writing

"""How a case ended, in codes: the record that statistics are made of, the same to the byte."""

import re
from dataclasses import dataclass

from crypto.errors import FormatError
from crypto.json_types import require_array, require_nonneg_int, require_object, require_text
from crypto.text import from_json, to_json

VERSION = 1
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")


@dataclass(frozen=True)
class Finding:
    """What was found of one thing complained of: codes of it, its outcome, what followed."""

    subcategory: str
    outcome: str
    sanctions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_codes(self.subcategory, self.outcome, *self.sanctions)
        if list(self.sanctions) != sorted(set(self.sanctions)):
            raise FormatError("sanctions stand in order, each once")


@dataclass(frozen=True)
class Outcome:
    """How a case ended: codes of category, region, quarter and how long it took; findings."""

    category: str
    region: str
    quarter: str
    duration: str
    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        _check_codes(self.category, self.region, self.quarter, self.duration)
        if not self.findings:
            raise FormatError("a case that ended has a finding")

    @property
    def data(self) -> bytes:
        """The record as it is committed to, and as the auditor gets it.

        Source: docs/crypto-spec.md, "Entries".
        """
        findings = [
            {
                "subcategory": each.subcategory,
                "outcome": each.outcome,
                "sanctions": list(each.sanctions),
            }
            for each in self.findings
        ]
        content = {
            "v": VERSION,
            "category": self.category,
            "region": self.region,
            "quarter": self.quarter,
            "duration": self.duration,
            "findings": findings,
        }
        return to_json(content).encode("ascii")


def parse(data: bytes) -> Outcome:
    """Read a record, strict to the byte.

    Args:
        data: What `Outcome.data` gave.

    Returns:
        The outcome.

    Raises:
        FormatError: any other spelling, or any other key.

    Source: docs/crypto-spec.md, "Entries".
    """
    try:
        content = from_json(data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise FormatError("not a record of an outcome") from error
    values = require_object(content, ("v", "category", "region", "quarter", "duration", "findings"))
    if require_nonneg_int(values["v"]) != VERSION:
        raise FormatError("a record of another version")
    made = Outcome(
        category=require_text(values["category"]),
        region=require_text(values["region"]),
        quarter=require_text(values["quarter"]),
        duration=require_text(values["duration"]),
        findings=tuple(_parse_finding(each) for each in require_array(values["findings"])),
    )
    if made.data != data:
        raise FormatError("a record in another spelling")
    return made


def _parse_finding(value: object) -> Finding:
    values = require_object(value, ("subcategory", "outcome", "sanctions"))
    return Finding(
        subcategory=require_text(values["subcategory"]),
        outcome=require_text(values["outcome"]),
        sanctions=tuple(require_text(each) for each in require_array(values["sanctions"])),
    )


def _check_codes(*codes: str) -> None:
    if not all(_CODE.fullmatch(code) for code in codes):
        raise FormatError("a code is 1 to 64 letters, digits or signs")

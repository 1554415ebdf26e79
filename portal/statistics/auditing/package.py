"""What an auditor is given of a release: how it was made, what was counted, openings of outcomes.

No case is named, no key of a case is in it, and an opening leads to no other step of its case.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from crypto.errors import FormatError
from crypto.steps import Opening
from crypto.text import from_base64, to_base64
from portal.core.calendar import Quarter
from portal.core.terms import Label
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.dataset.tallies import Tallies, from_rows, to_rows
from portal.statistics.disclosure.noise import RELEASE_KEY_BYTES
from portal.statistics.service.build import ReleaseSpec

VERSION = 1


@dataclass(frozen=True)
class Package:
    """Everything about one release that the log cannot say."""

    origin: str  # of the log
    spec: ReleaseSpec  # with its key
    manifest: str  # SHA-256, hexadecimal
    publisher: Publisher
    totals: tuple[int, int]  # received, concluded
    punctual: tuple[bool, ...]  # whether each release before this one came at its minute
    tallies: Mapping[str, Tallies] = field(repr=False)
    outcomes: Mapping[int, Opening] = field(repr=False)  # by their place in the log
    unopened: tuple[int, ...] = ()  # places of outcomes whose key was destroyed with their case

    @property
    def data(self) -> bytes:
        """The package as JSON, to be sealed."""
        return json.dumps(self._to_json(), ensure_ascii=False, separators=(",", ":")).encode()

    def _to_json(self) -> dict[str, object]:
        spec = self.spec
        return {
            "v": VERSION,
            "origin": self.origin,
            "release": {
                "quarter": spec.quarter,
                "version": spec.version,
                "level": spec.level,
                "published_on": spec.published_on.isoformat(),
                "previous": spec.previous,
                "key": to_base64(spec.key),
                "correction": dict(spec.correction.texts) if spec.correction else None,
                "manifest": self.manifest,
            },
            "publisher": asdict(self.publisher),
            "totals": list(self.totals),
            "punctual": list(self.punctual),
            "cells": {table: to_rows(cells) for table, cells in self.tallies.items()},
            "outcomes": [
                [index, to_base64(opening.key), to_base64(opening.link), to_base64(opening.payload)]
                for index, opening in sorted(self.outcomes.items())
            ],
            "unopened": sorted(self.unopened),
        }


def parse(data: bytes) -> Package:
    """Read a package.

    Raises:
        FormatError: it is none, or one of another version.
    """
    try:
        content = json.loads(data)
        if content["v"] != VERSION:
            raise FormatError("a package of another version")
        received, concluded = content["totals"]
        return Package(
            content["origin"],
            _parse_spec(content["release"]),
            content["release"]["manifest"],
            Publisher(**content["publisher"]),
            (received, concluded),
            tuple(content["punctual"]),
            {table: from_rows(rows) for table, rows in content["cells"].items()},
            {index: _parse_opening(*parts) for index, *parts in content["outcomes"]},
            tuple(content["unopened"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError("not a package for auditors") from error


def _parse_spec(content: Mapping[str, str]) -> ReleaseSpec:
    return ReleaseSpec(
        Quarter(content["quarter"]),
        int(content["version"]),
        content["level"],
        date.fromisoformat(content["published_on"]),
        content["previous"],
        from_base64(content["key"], RELEASE_KEY_BYTES),
        Label.from_file(content["correction"]) if content["correction"] else None,  # type: ignore[arg-type]
    )


def _parse_opening(key: str, link: str, payload: str) -> Opening:
    return Opening(from_base64(key), from_base64(link), from_base64(payload))

"""What a release says of itself, besides its numbers: on its pages, in its files, in citations."""

import re
from dataclasses import dataclass
from datetime import date

from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.terms import Label


@dataclass(frozen=True)
class Publisher:
    """The portal that publishes, as far as a release needs to know it."""

    public_url: str
    exit_url: str
    contact: str  # an e-mail address, or ""
    demonstration: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "Publisher":
        """Return this portal as a publisher."""
        return cls(
            settings.public_url,
            settings.exit_url,
            settings.figures_contact,
            settings.demonstration,
        )


@dataclass(frozen=True, order=True)
class ReleaseName:
    """One version of one quarter, as it is cited and as its folder is called: 2026-q3/v1."""

    quarter: Quarter
    version: int

    def __str__(self) -> str:
        return f"{self.quarter}/{self.folder}"

    @property
    def folder(self) -> str:
        """The part behind the quarter: v1."""
        return f"v{self.version}"

    @classmethod
    def parse(cls, text: str) -> "ReleaseName":
        """Read a name.

        Raises:
            ValueError: it is none.
        """
        match = re.fullmatch(rf"({Quarter.pattern})/v([1-9][0-9]*)", text)
        if match is None:
            raise ValueError("not the name of a release")
        return cls(Quarter(match[1]), int(match[2]))


@dataclass(frozen=True)
class ReleaseFacts:
    """One release."""

    publisher: Publisher
    quarter: Quarter  # 2026-q3
    version: int
    level: str  # L0, L1, L2
    published_on: date
    previous: str  # SHA-256 of the manifest of the release before
    correction: Label | None = None  # what a later version corrects

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return str(ReleaseName(self.quarter, self.version))

    @property
    def address(self) -> str:
        """Return where the release stands for ever."""
        return f"{self.publisher.public_url}/figures/{self.name}"

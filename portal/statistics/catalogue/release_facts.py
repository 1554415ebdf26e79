"""What a release says of itself, besides its numbers: on its pages, in its files, in citations."""

from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True)
class ReleaseFacts:
    """One release."""

    publisher: Publisher
    quarter: str  # 2026-q3
    version: int
    level: str  # L0, L1, L2
    published_on: date
    previous: str  # SHA-256 of the manifest of the release before
    correction: Label | None = None  # what a later version corrects

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return f"{self.quarter}/v{self.version}"

    @property
    def address(self) -> str:
        """Return where the release stands for ever."""
        return f"{self.publisher.public_url}/figures/{self.name}"

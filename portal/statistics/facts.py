"""What a release says of itself, besides its numbers: on its pages, in its files, in citations."""

from dataclasses import dataclass
from datetime import date

from portal.core.config import Settings


@dataclass(frozen=True)
class Facts:
    """One release and the portal that publishes it."""

    quarter: str  # 2026-q3
    version: int
    level: str  # L0, L1, L2
    published_on: date
    previous: str  # SHA-256 of the manifest of the release before
    public_url: str
    exit_url: str
    contact: str  # an e-mail address, or ""
    demonstration: bool
    correction: str = ""  # what a later version corrects

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return f"{self.quarter}/v{self.version}"

    @property
    def address(self) -> str:
        """Return where the release stands for ever."""
        return f"{self.public_url}/figures/{self.name}"

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        quarter: str,
        version: int,
        level: str,
        published_on: date,
        previous: str,
        correction: str = "",
    ) -> "Facts":
        """Return the facts of a release of this portal."""
        return cls(
            quarter=quarter,
            version=version,
            level=level,
            published_on=published_on,
            previous=previous,
            public_url=settings.public_url,
            exit_url=settings.exit_url,
            contact=settings.figures_contact,
            demonstration=settings.demonstration,
            correction=correction,
        )

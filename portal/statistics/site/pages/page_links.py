"""Where a page stands, and how it leads to others: by relative links only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.terms import LANGUAGES

TO_RELEASE = ".."
TO_SITE = "../../../.."  # from figures/2026-q3/v1/kk/index.html


@dataclass(frozen=True)
class ReleasePageLinks:
    """One page of a release in one language."""

    language: str
    name: str  # without .html
    up: str = TO_RELEASE  # to the folder of the release
    out: str = TO_SITE  # to where all releases and the pages around them stand

    def list_translations(self) -> Iterator[tuple[str, str]]:
        """Yield where the same page stands in each language."""
        for code in LANGUAGES:
            yield code, f"../{code}/{self.name}.html"

    def link_asset(self, name: str) -> str:
        """Return where a style sheet, script or sign stands."""
        return f"{self.up}/assets/{name}"

    def link_file(self, path: str) -> str:
        """Return where a file of the release stands."""
        return f"{self.up}/{path}"

    def link_site_page(self, path: str) -> str:
        """Return where a page stands that is part of no release."""
        return f"{self.out}/{self.language}/{path}"


@dataclass(frozen=True)
class SitePageLinks:
    """One page around the releases: it may change, and stands beside the folder of all releases."""

    language: str
    path: str  # figures/calendar
    root: str  # what leads to where everything published stands
    assets: Mapping[str, str]  # where each style sheet, script and sign stands

    def list_translations(self) -> Iterator[tuple[str, str]]:
        """Yield where the same page stands in each language."""
        for code in LANGUAGES:
            yield code, f"{self.root}/{code}/{self.path}"

    def link_asset(self, name: str) -> str:
        """Return where a style sheet, script or sign stands."""
        return self.assets[name]

    def link_file(self, path: str) -> str:
        """Return where something of a release stands: 2026-q3/v1/kk/index.html."""
        return f"{self.root}/figures/{path}"

    def link_site_page(self, path: str) -> str:
        """Return where another page stands that is part of no release."""
        return f"{self.root}/{self.language}/{path}"

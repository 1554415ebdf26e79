"""What an invented report is about and whom it complains of, as its writer chooses it."""

from dataclasses import dataclass

from portal.core.taxonomy import load
from portal.invented.named import happens, pick, weighted
from portal.invented.shares import AGENCIES, CATEGORIES, CITY, LANGUAGES, SERVICES


@dataclass(frozen=True)
class Subject:
    """What somebody reports."""

    category: str
    subcategory: str
    region: str | None
    agency: str | None
    service: str | None
    leadership: bool
    outside_police: bool
    language: str


def subject(number: int) -> Subject:
    """Return what the report of this number is about."""
    category = weighted(CATEGORIES, "category", number)
    agency = weighted(AGENCIES, "agency", number)
    return Subject(
        category=category,
        subcategory=pick(load().subcategories_of(category), "subcategory", number).id,
        region=_region(number),
        agency=agency,
        service=weighted(SERVICES, "service", number) if agency == "police_unit" else None,
        leadership=happens(4, "leadership", number),
        outside_police=happens(18, "outside", number),
        language=weighted(LANGUAGES, "language", number),
    )


def _region(number: int) -> str | None:
    """Return a region as often as people live there; the largest city somewhat more often."""
    if happens(6, "no region", number):
        return None
    people = {code: one.population for code, one in load().regions.items()}
    return CITY if happens(9, "city", number) else weighted(people, "region", number)

"""What an invented report is about and whom it complains of, as its writer chooses it."""

from dataclasses import dataclass

from portal.core.taxonomy import load
from portal.invented.frequencies import AGENCIES, CATEGORIES, CITY, LANGUAGES, SERVICES
from portal.invented.named import may_happen, pick, pick_weighted


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


def draw_subject(number: int) -> Subject:
    """Return what the report of this number is about."""
    category = pick_weighted(CATEGORIES, "category", number)
    agency = pick_weighted(AGENCIES, "agency", number)
    return Subject(
        category=category,
        subcategory=pick(load().list_subcategories(category), "subcategory", number).id,
        region=_draw_region(number),
        agency=agency,
        service=pick_weighted(SERVICES, "service", number) if agency == "police_unit" else None,
        leadership=may_happen(4, "leadership", number),
        outside_police=may_happen(18, "outside", number),
        language=pick_weighted(LANGUAGES, "language", number),
    )


def _draw_region(number: int) -> str | None:
    """Return a region as often as people live there; the largest city somewhat more often."""
    if may_happen(6, "no region", number):
        return None
    people = {code: region.population for code, region in load().regions.items()}
    return CITY if may_happen(9, "city", number) else pick_weighted(people, "region", number)

"""Who gets a report: one pure function from coded facts to bodies, priority and first clock."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.cases.bodies import (
    HIGHER,
    KNB_AC,
    MVD_DSB,
    OMB_CHILD,
    PORTAL_BOARD,
    PROS_REG,
    PROS_SPEC,
    get_body_in,
    get_body_kind,
)
from portal.cases.codes import DeadlineCode
from portal.cases.conflicts import (
    SEXUAL,
    TORTURE,
    Bodies,
    RoutingFacts,
    compute_excluded_bodies,
    is_excluded,
    must_leave_region,
)
from portal.core.errors import NotFound
from portal.core.taxonomy import load

LEADERSHIP = "leadership"
OUTSIDE_POLICE = "outside_police"
IMMEDIATE = 1
FORWARD_AT_ONCE = DeadlineCode.DANGER_FORWARD

PROSECUTORS = frozenset({PROS_SPEC, PROS_REG})

# After the bodies that the taxonomy names, in this order, before the oversight board. Torture is
# for prosecutors alone, so the Anti-Corruption Service is no last resort for it.
LAST_RESORTS = (PROS_SPEC, PROS_REG, KNB_AC)

# Reports about these go to the special prosecutors first, whatever the category says.
TO_SPECIAL_PROSECUTORS = frozenset({"anticorruption", "prosecutor"})

# The Ministry and what belongs to it: none of its bodies may look at its own centre.
INTERNAL_SECURITY = "internal_security"
OF_THE_MINISTRY = frozenset({"ministry", INTERNAL_SECURITY})

CHILD_SUBCATEGORIES = frozenset(
    {"ill_treatment.child_victim", "sexual.minor", "refusal_inaction.child_protection"}
)

# What the question about the service says about the agency, if the reporter named none.
AGENCY_OF_SERVICE = {
    "internal_security": INTERNAL_SECURITY,
    "national_guard": "national_guard",
    "penitentiary": "penitentiary",
    "transport": "transport_police",
}


class RouteReason(StrEnum):
    """Why a report goes where it goes, and to nobody else; the weightiest first."""

    TORTURE_PROSECUTOR_ONLY = "torture_prosecutor_only"
    SEXUAL_OUTSIDE_POLICE = "sexual_outside_police"
    OUTSIDE_POLICE = "outside_police"
    LEFT_REGION = "left_region"
    NO_MINISTRY = "no_ministry"
    ANTICORRUPTION_COMPLAINED_OF = "anticorruption_complained_of"
    PROSECUTOR_COMPLAINED_OF = "prosecutor_complained_of"
    REGION_UNKNOWN = "region_unknown"
    NEXT_IN_LINE = "next_in_line"
    OVERSIGHT_LAST_RESORT = "oversight_last_resort"
    DEFAULT = "default"


@dataclass(frozen=True)
class Route:
    """Where one report goes.

    The report is sealed to `primary`; `copies` get a coded notice, no content; `excluded` holds
    codes, and kinds that mean every body of the kind. `first_clock` is a deadline of the taxonomy.
    """

    primary: str
    copies: tuple[str, ...]
    excluded: Bodies
    priority: int
    first_clock: str


def derive_facts(
    category: str,
    subcategory: str | None,
    answers: Mapping[str, str],
    *,
    urgency: int | None = None,
) -> RoutingFacts:
    """Return the facts that some coded answers mean; what the taxonomy does not know is None.

    A complaint about internal security counts as one wherever it was ticked: more is kept out.

    Args:
        category: id of the category.
        subcategory: id of the subcategory, if one was chosen.
        answers: by question: `region`, `unit`, `service` and `consent_forward`, as far as given.
        urgency: priority that the answers call for, 1 to 4.

    Raises:
        NotFound: there is no such category.
    """
    taxonomy = load()
    if category not in taxonomy.categories:
        raise NotFound("no such category")
    finer = {subcategory.id for subcategory in taxonomy.list_subcategories(category)}
    service, region = answers.get("service", ""), answers.get("region")
    return RoutingFacts(
        category=category,
        subcategory=subcategory if subcategory in finer else None,
        region=region if region in taxonomy.regions else None,
        agency=_choose_agency(answers.get("unit"), service),
        leadership=service == LEADERSHIP,
        outside_police=answers.get("consent_forward") == OUTSIDE_POLICE,
        urgency=urgency if urgency in taxonomy.priorities else None,
    )


def route(facts: RoutingFacts, *, eligible: Callable[[str], bool]) -> Route:
    """Decide who gets a report.

    Args:
        facts: what is known of it.
        eligible: tells whether a body has a key and a member without a conflict of interest.

    Returns:
        The route. Its primary is neither excluded nor ineligible; the oversight board, which is
        asked last and not asked whether it is eligible, takes what nobody else may.

    Raises:
        KeyError: there is no such category.
    """
    excluded = compute_excluded_bodies(facts)
    primary = next(
        code
        for code in _list_candidates(facts)
        if code == PORTAL_BOARD or (not is_excluded(code, excluded) and eligible(code))
    )
    priority = _choose_priority(facts)
    clock = FORWARD_AT_ONCE if priority == IMMEDIATE else load().routes[facts.category].first_clock
    return Route(primary, _choose_copies(facts, primary, excluded), excluded, priority, clock)


def explain_route(facts: RoutingFacts, chosen: Route) -> tuple[RouteReason, ...]:
    """Return why a report goes where it goes, the weightiest reason first."""
    rule = load().routes[facts.category]
    first = next(code for code in _list_candidates(facts) if not is_excluded(code, chosen.excluded))
    holds = {
        RouteReason.TORTURE_PROSECUTOR_ONLY: (
            facts.category == TORTURE and get_body_kind(chosen.primary) in PROSECUTORS
        ),
        RouteReason.SEXUAL_OUTSIDE_POLICE: facts.category == SEXUAL,
        RouteReason.OUTSIDE_POLICE: facts.outside_police,
        RouteReason.LEFT_REGION: must_leave_region(facts),
        RouteReason.NO_MINISTRY: facts.agency in OF_THE_MINISTRY,
        RouteReason.ANTICORRUPTION_COMPLAINED_OF: facts.agency == "anticorruption",
        RouteReason.PROSECUTOR_COMPLAINED_OF: facts.agency == "prosecutor",
        RouteReason.REGION_UNKNOWN: facts.region is None and rule.primary in HIGHER,
        RouteReason.NEXT_IN_LINE: chosen.primary not in (first, PORTAL_BOARD),
        RouteReason.OVERSIGHT_LAST_RESORT: chosen.primary == PORTAL_BOARD,
    }
    return tuple(reason for reason in RouteReason if holds.get(reason)) or (RouteReason.DEFAULT,)


def _choose_agency(unit: str | None, service: str) -> str | None:
    """Return who is complained of, from what was picked as the unit and as the service."""
    named = unit if unit in load().agencies else None
    implied = AGENCY_OF_SERVICE.get(service)
    stricter = implied == INTERNAL_SECURITY and named not in TO_SPECIAL_PROSECUTORS
    return implied if stricter or named is None else named


def _list_candidates(facts: RoutingFacts) -> Iterator[str]:
    """Yield the bodies to try, best first; the last one is always the oversight board."""
    primary = load().routes[facts.category].primary
    if facts.agency in TO_SPECIAL_PROSECUTORS:
        yield from (PROS_SPEC, KNB_AC)
    elif facts.agency in OF_THE_MINISTRY and primary != KNB_AC:
        yield PROS_SPEC
    yield get_body_in(primary, facts.region)
    yield HIGHER.get(primary, primary)
    for kind in LAST_RESORTS:
        if kind in PROSECUTORS or facts.category != TORTURE:
            yield get_body_in(kind, facts.region)
    yield PORTAL_BOARD


def _choose_copies(facts: RoutingFacts, primary: str, excluded: Bodies) -> tuple[str, ...]:
    """Return who gets a coded notice besides the primary, each once."""
    kinds = list(load().routes[facts.category].copy_to)
    if must_leave_region(facts):
        kinds += [MVD_DSB, PROS_SPEC]
    if facts.subcategory in CHILD_SUBCATEGORIES:
        kinds.append(OMB_CHILD)
    codes = dict.fromkeys(get_body_in(kind, facts.region) for kind in kinds)
    return tuple(code for code in codes if code != primary and not is_excluded(code, excluded))


def _choose_priority(facts: RoutingFacts) -> int:
    """Return the priority of the subcategory or the category, raised by what the answers say."""
    taxonomy = load()
    usual = taxonomy.routes[facts.category].priority
    for finer in taxonomy.list_subcategories(facts.category):
        if finer.id == facts.subcategory:
            usual = finer.priority or usual
    return min(usual, facts.urgency or usual)

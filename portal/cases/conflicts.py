"""Which bodies a report must never reach: conflicts of interest, and what the reporter wished."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.cases.bodies import (
    DP_USB,
    KNB_AC,
    KUIS,
    MIL_INV,
    MVD_DSB,
    MVD_LEAD,
    POLICE,
    PROS_REG,
    PROS_SPEC,
    REGIONAL,
    get_body_in,
    get_body_kind,
    is_body,
)
from portal.core.taxonomy import load
from portal.core.terms import Exclusion

Bodies = frozenset[str]
NOBODY: Bodies = frozenset()

TORTURE = "ill_treatment"
SEXUAL = "sexual"

# Categories whose reports are never sealed to a police key, whatever anybody chooses.
NEVER_POLICE = frozenset({TORTURE, SEXUAL})

# Military police sit in one body with the military prosecutor, so outside the police means
# outside that body too.
NOT_OUTSIDE: Bodies = POLICE | {MIL_INV}

# Whose head leads a department of a region. A unit that nobody named is taken for the worse case.
LED_DEPARTMENTS = frozenset({"police_region", "transport_police", "other", None})

# The bodies that belong to whoever is complained of. Complaints about those who watch the police
# are no business of the police either.
OWN_BODIES: Mapping[str, Bodies] = {
    "ministry": POLICE,
    "internal_security": POLICE,
    "anticorruption": POLICE | {KNB_AC},
    "prosecutor": POLICE,
    "penitentiary": frozenset({KUIS}),
    "national_guard": frozenset({MIL_INV}),
}
OWN_BODIES_IN_REGION: Mapping[str, Bodies] = {
    "police_region": frozenset({DP_USB}),
    "prosecutor": frozenset({PROS_REG}),
}


@dataclass(frozen=True)
class RoutingFacts:
    """What routing may know of a report: coded answers, nothing that a person wrote.

    `agency` is who is complained of, `leadership` that its head or deputy is meant,
    `outside_police` the reporter's wish, `urgency` the priority that the answers call for.
    """

    category: str
    subcategory: str | None
    region: str | None
    agency: str | None
    leadership: bool
    outside_police: bool
    urgency: int | None


def must_leave_region(facts: RoutingFacts) -> bool:
    """Tell whether the head of a regional department is complained of."""
    return facts.leadership and facts.agency in LED_DEPARTMENTS


def get_bodies_in(kinds: Bodies, region: str | None) -> Bodies:
    """Return the bodies of one region; of every region if it is not known."""
    return frozenset(get_body_in(kind, region) for kind in kinds) if region else kinds


def compute_excluded_bodies(facts: RoutingFacts) -> Bodies:
    """Return what a report must never reach: codes, and kinds that mean every body of the kind.

    Raises:
        KeyError: there is no such category.
    """
    excluded = _get_complained_of(facts)
    for exclusion in load().routes[facts.category].exclude:
        excluded |= EXCLUSIONS[exclusion](facts)
    if facts.category in NEVER_POLICE or facts.outside_police:
        excluded |= NOT_OUTSIDE
    if must_leave_region(facts):
        excluded |= get_bodies_in(REGIONAL, facts.region)
    return excluded


def may_receive(code: str, facts: RoutingFacts) -> bool:
    """Tell whether a body may be given the report, now or by a later transfer."""
    return is_body(code) and not is_excluded(code, compute_excluded_bodies(facts))


def is_excluded(code: str, excluded: Bodies) -> bool:
    """Tell whether a body, or every body of its kind, is among the excluded ones."""
    return code in excluded or get_body_kind(code) in excluded


def _get_complained_of(facts: RoutingFacts) -> Bodies:
    """Return the bodies that are complained of themselves, or would judge their own people.

    A station is no body with a key, so nothing has to be kept from it here. The head of a
    prosecutor's office may be of the highest one: then no prosecutor is surely above.
    """
    agency = facts.agency or ""
    excluded = OWN_BODIES.get(agency, NOBODY)
    excluded |= get_bodies_in(OWN_BODIES_IN_REGION.get(agency, NOBODY), facts.region)
    if agency == "prosecutor" and facts.leadership:
        excluded |= {PROS_REG, PROS_SPEC}
    return excluded


def _get_security_of_region(facts: RoutingFacts) -> Bodies:
    return get_bodies_in(frozenset({DP_USB}), facts.region)


def _exclude_nobody(_: RoutingFacts) -> Bodies:
    """Return nobody: keys belong to bodies.

    Persons are kept out by the members of a body: a body has no eligible member, or the member
    has a declared link to the case. A superior who leads a department is `leadership`.
    """
    return NOBODY


# What each exclusion of the taxonomy means in keys.
EXCLUSIONS: Mapping[Exclusion, Callable[[RoutingFacts], Bodies]] = {
    Exclusion.UNIT: _get_complained_of,
    Exclusion.PERSON: _exclude_nobody,
    Exclusion.SUPERIOR: _exclude_nobody,
    Exclusion.OWN_SECURITY_IF_HEAD: (
        lambda facts: _get_security_of_region(facts) if facts.leadership else NOBODY
    ),
    Exclusion.OWN_SECURITY_IF_LEADERSHIP: (
        lambda facts: _get_security_of_region(facts) if must_leave_region(facts) else NOBODY
    ),
    Exclusion.POLICE_OF_REGION: _get_security_of_region,
    Exclusion.MINISTRY_SECURITY: lambda _: frozenset({MVD_DSB}),
    Exclusion.OWN_SECURITY: lambda _: frozenset({DP_USB}),
    Exclusion.PRISONS: lambda _: frozenset({KUIS}),
    # Which bodies knew is sealed in the report. Whoever is punished for a report about the police
    # fears the police: all of it stays out.
    Exclusion.WHO_KNEW: lambda _: POLICE,
    # MVD_DSB answers to the Ministry but commands no unit, and is the body for staff reports.
    Exclusion.COMMAND_OF_REPORTER: (
        lambda facts: _get_security_of_region(facts) | {MVD_LEAD, KUIS}
    ),
}

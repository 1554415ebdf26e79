"""The bodies that may hold a key, by code: national ones by kind, regional ones `KIND.REGION`."""

from functools import cache

from portal.core.taxonomy import load
from portal.core.terms import Label

PROS_SPEC = "PROS_SPEC"
PROS_REG = "PROS_REG"
KNB_AC = "KNB_AC"
MVD_DSB = "MVD_DSB"
DP_USB = "DP_USB"
MVD_LEAD = "MVD_LEAD"
KUIS = "KUIS"
MIL_INV = "MIL_INV"
OMB_CHILD = "OMB_CHILD"
PORTAL_BOARD = "PORTAL_BOARD"

# Kinds with one body in every region.
REGIONAL = frozenset({PROS_REG, DP_USB})

# Bodies of the Ministry of Internal Affairs: for a reporter all of them are the police.
POLICE = frozenset({MVD_DSB, DP_USB, MVD_LEAD, KUIS})

# Where a matter goes when the body of the region may not, or cannot, have it.
HIGHER = {PROS_REG: PROS_SPEC, DP_USB: MVD_DSB}


def get_body_kind(code: str) -> str:
    """Return the kind of a body: `PROS_REG` of `PROS_REG.KZ-75`."""
    return code.partition(".")[0]


def get_body_region(code: str) -> str | None:
    """Return the region of a body, or None if it is a national one."""
    return code.partition(".")[2] or None


def get_body_in(kind: str, region: str | None) -> str:
    """Return the body of a kind that is competent for a region, or the higher one if none is known.

    Args:
        kind: kind of body in the taxonomy.
        region: ISO 3166-2 code of the region, or None if the reporter does not know it.
    """
    if kind not in REGIONAL:
        return kind
    return f"{kind}.{region}" if region else HIGHER[kind]


@cache
def list_bodies() -> tuple[str, ...]:
    """Return the codes of all bodies, regional ones once for every region."""
    taxonomy = load()
    return tuple(
        get_body_in(kind, region)
        for kind in taxonomy.bodies
        for region in (taxonomy.regions if kind in REGIONAL else (None,))
    )


def is_body(code: str) -> bool:
    """Tell whether there is a body of this code."""
    return code in list_bodies()


def get_body_label(code: str) -> Label:
    """Return the name of a body, with its region if it has one.

    Raises:
        KeyError: there is no such body.
    """
    taxonomy = load()
    kind, region = taxonomy.bodies[get_body_kind(code)].label, get_body_region(code)
    if region is None:
        return kind
    place = taxonomy.regions[region].label
    return Label(
        **{language: f"{text}: {place.get(language)}" for language, text in kind.texts.items()}
    )

"""The unit complained of as a keyed code: equal units have equal codes, and no code names one."""

from crypto.secretbox import mac
from portal.core.taxonomy import load

LABEL = b"unit complained of"
CODE_BYTES = 16


def compute_unit_code(key: bytes, agency: str, region: str | None) -> bytes:
    """Return the code under which a case keeps the unit complained of.

    The same agency and region give the same code, so repeated complaints are found without
    keeping their names. There are few units: whoever has the key can undo a code.

    Args:
        key: 32 bytes kept outside database and backups.
        agency: id of the agency.
        region: ISO 3166-2 code, or None if unknown; ignored for an agency that is national.

    Returns:
        16 bytes.

    Raises:
        KeyError: there is no such agency.
    """
    place = region if load().agencies[agency].regional and region else ""
    return mac(key, LABEL, agency.encode(), place.encode())[:CODE_BYTES]


def compute_link_codes(key: bytes, agency: str, region: str | None) -> frozenset[bytes]:
    """Return the codes of all cases that may be about a unit.

    A case whose region is not known may be about the unit of any region.

    Args:
        key: 32 bytes kept outside database and backups.
        agency: id of the agency.
        region: ISO 3166-2 code; ignored for an agency that is national.

    Raises:
        KeyError: there is no such agency.
    """
    return frozenset(compute_unit_code(key, agency, place) for place in (region, None))


def find_agency(key: bytes, code: bytes) -> tuple[str, str | None] | None:
    """Return the agency and the region of a code, or None if no unit has it under this key.

    Args:
        key: 32 bytes, the one the code was made with.
        code: 16 bytes.
    """
    taxonomy = load()
    units = (
        (agency.id, region)
        for agency in taxonomy.agencies.values()
        for region in (None, *(taxonomy.regions if agency.regional else ()))
    )
    return next((unit for unit in units if compute_unit_code(key, *unit) == code), None)

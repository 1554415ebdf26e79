"""Which places a body may speak about, and who may publish what it says."""

from portal.accounts.models import Account
from portal.cases.bodies import get_body_region
from portal.core.errors import NotAllowed
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.models import Reply


def list_places(body_code: str) -> tuple[str, ...]:
    """Return the places a body may speak about: its own region, or anything if it has none."""
    region = get_body_region(body_code)
    return (region,) if region else (NATION, *load_taxonomy().regions)


def check_may_reply(who: Account, area: str) -> None:
    """Check that somebody speaks for a body about a place that is its own.

    Raises:
        NotAllowed: it is another body's.
    """
    if who.body_code is None or area not in list_places(who.body_code):
        raise NotAllowed("another body's figures")


def check_may_decide(who: Account, reply: Reply) -> None:
    """Check that a reply is decided upon by somebody else, of another body.

    Raises:
        NotAllowed: it is their own, or that of their body.
    """
    if who.id == reply.author_id or who.body_code == reply.body_code:
        raise NotAllowed("a second person of another body decides")

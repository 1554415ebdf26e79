"""What the pages of review read."""

from portal.review.queries.cases import (
    decider,
    find_attachment,
    find_case,
    find_envelope,
    replaced_header,
    replaced_ids,
    stages,
    verdict,
    visible,
    was_opened,
)
from portal.review.queries.people import (
    abandoned,
    colleagues,
    is_proposed,
    logins,
    notices,
    open_proposals,
)
from portal.review.queries.queue import PAGE, Waiting, open_to, queue

__all__ = [
    "PAGE",
    "Waiting",
    "abandoned",
    "colleagues",
    "decider",
    "find_attachment",
    "find_case",
    "find_envelope",
    "is_proposed",
    "logins",
    "notices",
    "open_proposals",
    "open_to",
    "queue",
    "replaced_header",
    "replaced_ids",
    "stages",
    "verdict",
    "visible",
    "was_opened",
]

"""Pages of investigators: queue, case, sealed objects, acts, proposals."""

from portal.review.views import (
    case,
    case_acts,
    case_trail,
    case_writing,
    holding,
    objects,
    proposals,
    queue,
)
from portal.review.views.blueprint import pages

__all__ = [
    "case",
    "case_acts",
    "case_trail",
    "case_writing",
    "holding",
    "objects",
    "pages",
    "proposals",
    "queue",
]

"""Pages of investigators: queue, case, sealed objects, acts, proposals."""

from portal.review.views import case_acts, case, holding, objects, proposals, queue, case_trail, case_writing
from portal.review.views.blueprint import pages

__all__ = ["acts", "case", "holding", "objects", "pages", "proposals", "queue", "trail", "writing"]

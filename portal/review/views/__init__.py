"""Pages of investigators: queue, case, sealed objects, acts, proposals."""

from portal.review.views import acts, case, holding, objects, proposals, queue, trail, writing
from portal.review.views.blueprint import pages

__all__ = ["acts", "case", "holding", "objects", "pages", "proposals", "queue", "trail", "writing"]

"""Pages of coming back: without scripts, and what our script asks for."""

from portal.dialogue.views import log, plain, sealed
from portal.dialogue.views.blueprint import pages

__all__ = ["log", "pages", "plain", "sealed"]

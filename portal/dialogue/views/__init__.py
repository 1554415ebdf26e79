"""Pages of coming back: without scripts, and what our script asks for."""

from portal.dialogue.views import plain, sealed
from portal.dialogue.views.blueprint import pages

__all__ = ["pages", "plain", "sealed"]

"""Pages of staff: the door (signing in and being welcomed) and one's own desk."""

from portal.accounts.views import account, member_keys, roster, sign_in, unsigned
from portal.accounts.views.blueprint import pages

__all__ = ["account", "member_keys", "pages", "roster", "sign_in", "unsigned"]

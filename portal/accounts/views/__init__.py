"""Pages of staff: signing in, being welcomed, the own account, keys and the roster."""

from portal.accounts.views import account, member_keys, roster, sign_in, unsigned
from portal.accounts.views.blueprint import pages

__all__ = ["account", "member_keys", "pages", "roster", "sign_in", "unsigned"]

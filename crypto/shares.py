"""A secret that any three of five people recover together: age files inside age files."""

from collections.abc import Sequence
from itertools import combinations

from crypto.errors import FormatError
from crypto.keys import Identity, Recipient
from crypto.seal import open_sealed, seal

HOLDERS = 5
NEEDED = 3


def split(secret: bytes, holders: Sequence[Recipient]) -> dict[tuple[int, int, int], bytes]:
    """Wrap a secret so that three of five holders can recover it, and two cannot.

    Args:
        secret: The secret, such as the text of the oversight identity.
        holders: Five different recipients.

    Returns:
        Ten files, one for each three holders, by their places (0 to 4) in rising order. Holder
        a takes off the outer layer, then b, then c. The files may lie anywhere.

    Raises:
        FormatError: not five different holders.

    Source: docs/crypto-spec.md, "Recovery".
    """
    if len(holders) != HOLDERS or len(set(holders)) != HOLDERS:
        raise FormatError("a secret is shared among five different holders")
    return {
        (a, b, c): seal(seal(seal(secret, [holders[c]]), [holders[b]]), [holders[a]])
        for a, b, c in combinations(range(HOLDERS), NEEDED)
    }


def remove_layer(blob: bytes, identity: Identity) -> bytes:
    """Take one layer off.

    Args:
        blob: One of the files, or what the holder before made of it.
        identity: The key of the holder whose turn it is.

    Returns:
        The next layer; after the third holder, the secret.

    Raises:
        OpenError: another holder's turn, or altered.

    Source: docs/crypto-spec.md, "Recovery".
    """
    return open_sealed(blob, identity)

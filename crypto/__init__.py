"""Pure cryptography of the portal: bytes in, bytes out; no web, no database, no clock.

Every sealed object is a standard age v1 file for post-quantum keys, so that the stock `age`
tool opens it. docs/crypto-spec.md gives layouts and labels in full. From the bottom up:

=============  ==================================================================
errors         the two ways to refuse
text           base64 and JSON with exactly one reading
shape          what JSON gave is what it should be
bech32         keys as text, with a checksum
keys           recipients and identities
signing        Ed25519
hybrid         one file key for one recipient
header         age headers: stanzas and their MAC
stream         age payloads: numbered chunks
seal           sealed objects: make, open, hand over, check without a key
padding        lengths that tell little
body           what a sealed body says, and to which place it is bound
digits         digits as people type them; the check digit of a group
receipt        the code a reporter keeps, and every key it gives
oldreceipt     the same with thirty digits, as it was at first
findcode       a receipt in what somebody wrote
vault          small secrets at rest, keyed codes
passphrase     an identity under a passphrase
passwords      staff sign-in, first factor
totp           staff sign-in, second factor
shares         a secret that needs three of five people
merkle         the tree of the public log: roots, proofs
tiles          the log as files
mldsa          ML-DSA-44, for witnesses
notes          signed texts
checkpoint     the state of the log, signed
cosignature    what witnesses say of it, and whom to believe
witness        what a witness is asked and decides
tlogproof      an entry stands in the log: a proof in one file
leaves         the log's entries
steps          steps of a case: found, opened, chained
outcome        how a case ended, in codes
promise        a step will stand in the log by a day
=============  ==================================================================
"""

from importlib import import_module

from cryptography.exceptions import UnsupportedAlgorithm

from crypto.errors import CryptoError


def assert_supported() -> None:
    """Make sure at start-up that this build of `cryptography` has what the portal needs.

    Raises:
        CryptoError: no ML-KEM-768 with X25519, no ML-DSA-44, or no Argon2id: a build on an old
            OpenSSL.

    Source: draft-ietf-hpke-pq (KEM 0x647a), FIPS 204, RFC 9106.
    """
    try:
        hybrid = import_module("crypto.hybrid")
        keys = import_module("crypto.keys")
        mldsa = import_module("crypto.mldsa")
        receipt = import_module("crypto.receipt")
        identity = keys.generate_identity()
        hybrid.unwrap_key(hybrid.wrap_key(bytes(16), identity.recipient), identity)
        mldsa.generate_mldsa_key().sign(b"")
        receipt.derive(bytes(11))
    except (ImportError, AttributeError, UnsupportedAlgorithm) as error:
        raise CryptoError("cryptography here lacks ML-KEM-768, ML-DSA-44 or Argon2id") from error

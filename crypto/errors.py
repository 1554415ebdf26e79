"""The two ways in which cryptography refuses: the form is wrong, or it does not open."""


class CryptoError(Exception):
    """Something cryptographic cannot be done. Messages never hold keys, codes or content."""


class FormatError(CryptoError):
    """Bytes or text do not have the form that the specification asks for."""


class OpenError(CryptoError):
    """It does not open. A wrong key and an altered text look alike."""

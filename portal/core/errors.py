"""The words in which the domain refuses."""


class PortalError(Exception):
    """A refusal. Its message is for the log and holds no content, key, code or address."""


class NotFound(PortalError):
    """No such thing, or none that this person may know of: the two look the same."""


class NotAllowed(PortalError):
    """This person may know of the thing, but may not do this with it."""


class Conflict(PortalError):
    """The thing is not, or no longer, in a state in which this can be done."""


class Damaged(PortalError):
    """What is stored is not what was stored: nobody is given it."""


class Invalid(PortalError):
    """What was sent cannot be right. A page shows it beside the field, if there is one.

    Args:
        message: words for the log.
        field: name of the form field that is wrong, if one is.
        code: stable name of the reason, for the page to put into words.
    """

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class Unsigned(PortalError):
    """An act was not signed as it must be.

    Args:
        code: "missing", "form", "altered", "other" (something else was signed), "key", "roster",
            "season" (not long enough on it for an act of two), "two" (not two people with two
            keys), "asked" (the first of the two may not be one), "day", "trail" or "used".
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"not signed: {code}")
        self.code = code

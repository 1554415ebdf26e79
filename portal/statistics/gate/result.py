"""What one attack yields: how often it succeeds without protection, and with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TEETH = 0.8  # an attack that breaks less of what is known to be broken proves nothing


@dataclass(frozen=True)
class Result:
    """One attack. Success is a share from 0 to 1; what it counts is said by the attack.

    `before` has the success against each publication that is known to be unsafe; a check of a real
    release has none, as there is no unprotected one.
    """

    id: str  # G1 to G10 of docs/statistics-method.md, or A3 for the attack that has no other number
    attack: str
    after: float
    most: float
    before: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    on: str = ""  # what was attacked: a level, a release

    @property
    def weakest(self) -> float | None:
        """Return the least success against an unsafe publication."""
        return min(self.before.values(), default=None)

    @property
    def toothless(self) -> bool:
        """Tell whether the attack fails against a publication that it must break."""
        return self.weakest is not None and self.weakest < TEETH

    @property
    def passed(self) -> bool:
        """Tell whether the attack has teeth and does not break our figures."""
        return not self.toothless and self.after <= self.most

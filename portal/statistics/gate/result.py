"""What one check or attack yields: how often it succeeds on our figures, and on unsafe ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LEAST_DETECTED = 0.8  # an attack that breaks less of what is known to be broken proves nothing


@dataclass(frozen=True)
class AttackResult:
    """One check or attack. Success is a share from 0 to 1; what it counts is said by the attack.

    Attributes:
        id: G1 to G10 of docs/statistics-method.md, or A3 for the attack that has no other number.
        attack: its name.
        measured: its success against our figures.
        threshold: the most that this may be.
        controls: its success against each publication that is known to be unsafe; a check of a real
            release has none, as there is no unprotected one.
        note: what was examined, in words.
        on: what was attacked: a level, a release.
    """

    id: str
    attack: str
    measured: float
    threshold: float
    controls: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    on: str = ""

    @property
    def weakest_control(self) -> float | None:
        """Return the least success against an unsafe publication."""
        return min(self.controls.values(), default=None)

    @property
    def detects_control(self) -> bool:
        """Tell whether the attack succeeds against each publication that it must break."""
        return self.weakest_control is None or self.weakest_control >= LEAST_DETECTED

    @property
    def passed(self) -> bool:
        """Tell whether the attack detects its controls and does not break our figures."""
        return self.detects_control and self.measured <= self.threshold

    def to_json(self) -> dict[str, Any]:
        """Return the result as it lies beside a draft."""
        return {
            "id": self.id,
            "attack": self.attack,
            "after": self.measured,
            "most": self.threshold,
            "before": dict(self.controls),
            "note": self.note,
            "on": self.on,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AttackResult":
        """Return a result that lies beside a draft.

        Raises:
            KeyError: it has not all the keys.
        """
        return cls(
            stored["id"],
            stored["attack"],
            stored["after"],
            stored["most"],
            stored["before"],
            stored["note"],
            stored["on"],
        )

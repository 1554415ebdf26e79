"""What all processes of the server share."""

import re
from dataclasses import dataclass

from portal.core.config import Settings
from portal.serving.error_answers import ErrorAnswers
from portal.serving.handover import HandoverSocket


@dataclass(frozen=True)
class Shared:
    """Made once, when the portal is loaded."""

    settings: Settings
    answers: ErrorAnswers
    lasting: "re.Pattern[bytes]"  # addresses whose answers take long
    door: HandoverSocket  # of the nursery

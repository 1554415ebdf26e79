"""What all processes of the server share."""

import re
from dataclasses import dataclass

from portal.core.config import Settings
from portal.serving.answers import Answers
from portal.serving.door import Door


@dataclass(frozen=True)
class Shared:
    """Made once, when the portal is loaded."""

    settings: Settings
    answers: Answers
    lasting: "re.Pattern[bytes]"  # addresses whose answers take long
    door: Door  # of the nursery

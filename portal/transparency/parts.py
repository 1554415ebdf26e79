"""What the public log hangs on the application (see `portal.web.parts`)."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from crypto.log_entries import Announcement
from portal.cases.trailmark import TrailMark
from portal.transparency.verifying import Check
from portal.transparency.writing.service import Log
from portal.web.parts import Part

Ask = Callable[[Session], Sequence[Announcement]]
"""What a feature wants the log to say now."""

LOG: Part[Log] = Part("log")
TRAIL_MARK: Part[TrailMark] = Part("trail_mark")
CHECKS: Part[Sequence[Check]] = Part("log_checks")  # what features check of the log
ANNOUNCED: Part[Sequence[Ask]] = Part("log_announced")

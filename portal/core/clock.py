"""The only clock of the portal: days in Kazakhstan, minutes where something ends or begins."""

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Almaty")


def get_today() -> date:
    """Return the day it is in Kazakhstan."""
    return datetime.now(ZONE).date()


def get_now() -> datetime:
    """Return the instant in Kazakhstan; only the minute of a release needs it."""
    return datetime.now(ZONE)


def get_seconds() -> int:
    """Return the Unix time in seconds; only one-time codes and day keys need it so fine."""
    return int(time.time())


def get_minutes() -> int:
    """Return the Unix time in minutes; sessions expire by it."""
    return get_seconds() // 60

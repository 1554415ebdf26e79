"""The parts of the bench, and how each is run: as usual, longer, or as little as possible."""

from importlib import import_module

from bench.figures import Measurement, Tell

PARTS = {
    "filing": "reports accepted a second",
    "upload": "a large attachment, streamed",
    "queue_page": "the queue of a body with many cases",
    "lookup": "finding a case by receipt among many",
    "release": "publishing a quarter",
    "log": "the public log: growing, proving, checking",
    "servers": "gunicorn and granian",
    "slow": "slow people, and what forgetting costs",
    "memory": "what a minute leaves in memory",
    "first_visit": "what a first visit loads",
    "start": "start, idle memory, sealing in the browser",
}
# Where a part is named otherwise than its module.
MODULES = {"log": "public_log", "release": "quarter"}
# Modules that a part hands work to.
HELPERS = {"log": ("log_portal",)}


def measure(name: str, tell: Tell, *, full: bool, short: bool) -> list[Measurement]:
    """Run one part.

    Args:
        name: of the part.
        tell: hears what is being done.
        full: longer, with a million cases.
        short: with the few numbers that each module names in SHORT: it shows that a part runs,
            and its figures mean nothing.
    """
    part = import_module(f"bench.{MODULES.get(name, name)}")
    if short:
        for module in (
            part,
            *(import_module(f"bench.{helper}") for helper in HELPERS.get(name, ())),
        ):
            vars(module).update(getattr(module, "SHORT", {}))
    return list(part.measure(tell, full=full))

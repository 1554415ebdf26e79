"""The programs that readers download and run without the portal, each in one file."""

from importlib.resources import files


def read_program(name: str) -> bytes:
    """Return one file of `portal/downloads`, as readers get it.

    Args:
        name: check_report.py, count.py or verify.py.
    """
    return files("portal").joinpath("downloads", name).read_bytes()

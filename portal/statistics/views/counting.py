"""The page that compares published totals with the log, and the script that does the same."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from portal.core.calendar import Quarter
from portal.core.downloads import read_program
from portal.statistics.releases import archive
from portal.statistics.views.blueprint import SOON, get_folder, get_root, pages, respond
from portal.statistics.views.release_files import KINDS
from portal.transparency.publishing import files, totals
from portal.transparency.publishing.totals import Count
from portal.web.parts import SETTINGS


@dataclass(frozen=True)
class TotalsComparison:
    """One published quarter: what its release says, and what the log has; none: not all of it."""

    quarter: Quarter
    version: int
    received: int
    concluded: int
    logged: Count | None

    @property
    def agrees(self) -> bool:
        """Tell whether both numbers are the same."""
        return self.logged == Count(self.received, self.concluded)


@pages.get("/<lang:lang>/log/totals")
def totals_compared() -> ResponseReturnValue:
    """Compare the exact national totals of every release with what the log has."""
    settings = SETTINGS.get()
    counted = totals.read_totals(settings.instance / files.FOLDER)
    compared = [
        TotalsComparison(
            release.quarter,
            release.version,
            release.read_total("received"),
            release.read_total("concluded"),
            counted.find_quarter(release.quarter),
        )
        for release in reversed(archive.list_releases(get_folder()))
    ]
    page = render_template(
        "statistics/totals.html", compared=compared, counted=counted, root=get_root()
    )
    response = make_response(page, HTTPStatus.OK)
    response.headers["Cache-Control"] = SOON
    response.headers["X-Robots-Tag"] = "all"
    return response


@pages.get("/log/count.py")
def script() -> ResponseReturnValue:
    """Give the script that counts the entries of the log."""
    return respond(read_program("count.py"), KINDS[".py"])

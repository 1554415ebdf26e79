"""The command that copies everything published into a folder."""

from pathlib import Path

import click

from portal.core import clock
from portal.statistics import rendering
from portal.statistics.catalogue.release import Publisher
from portal.statistics.cli.blueprint import commands
from portal.statistics.site import static_export
from portal.statistics.site.pages import around
from portal.statistics.site.pages.frame import Outside
from portal.transparency.publishing.files import FOLDER
from portal.web.parts import SETTINGS


@commands.cli.command("export-site")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
def export_site(target: Path) -> None:
    """Copy all releases and the pages around them into TARGET, for any web server.

    Files of releases are the same bytes. Run again at any time: it goes on where it was stopped
    and writes only what has changed.
    """
    click.echo(f"{export(target)} files written to {target}")


def export(target: Path) -> int:
    """Copy everything published into a folder; return how many files were written."""
    settings = SETTINGS.get()
    folder, publisher = settings.instance / "releases", Publisher.of(settings)

    def fill(template: str, frame: Outside) -> str:
        values = around.values(frame, folder, publisher, clock.get_today())
        return rendering.page(template, frame.language, values)

    return static_export.write(
        target, static_export.files(folder, settings.instance / FOLDER, fill)
    )

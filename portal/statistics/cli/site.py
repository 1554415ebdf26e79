"""The command that copies everything published into a folder."""

from pathlib import Path

import click

from portal.core import clock
from portal.statistics import rendering
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.cli.blueprint import commands
from portal.statistics.site import static_export
from portal.statistics.site.pages import general_pages
from portal.statistics.site.pages.page_links import SitePageLinks
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
    folder, publisher = settings.instance / "releases", Publisher.from_settings(settings)

    def fill(template: str, frame: SitePageLinks) -> str:
        values = general_pages.collect_values(frame, folder, publisher, clock.get_today())
        return rendering.render_page(template, frame.language, values)

    return static_export.write_files(
        target, static_export.list_files(folder, settings.instance / FOLDER, fill)
    )

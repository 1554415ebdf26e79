"""The command that publishes a quarter."""

from datetime import date
from pathlib import Path

import click
from flask import current_app, render_template

from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import Conflict, PortalError
from portal.core.keyring import Keyring
from portal.statistics import archive, formats, service
from portal.statistics.charts import Figure
from portal.statistics.cli.blueprint import commands
from portal.statistics.service import Prepared, Workshop
from portal.web.database import reading, transaction

COLUMN = 44


@commands.cli.command("release")
@click.argument("quarter")
@click.option("--dry-run", is_flag=True, help="Show what would be published; write nothing.")
@click.option("--as-of", help="Pretend that it is this day (2026-12-08); demonstrations only.")
def release(quarter: str, *, dry_run: bool, as_of: str | None) -> None:
    """Publish the figures of QUARTER (2026-q3). A release never changes.

    Run again after an interruption, it finishes the same release with the same bytes.
    """
    settings: Settings = current_app.extensions["settings"]
    keyring: Keyring = current_app.extensions["keyring"]
    folder = settings.instance / "releases"
    workshop = Workshop(folder, keyring.statistics, draw, _tell)
    today = _day(settings, as_of)
    try:
        if dry_run:
            _show(_prepared(workshop, quarter, today))
        elif not _finished(workshop, quarter):
            _publish(workshop, quarter, today)
    except PortalError as error:
        raise click.ClickException(str(error)) from error


def draw(figure: Figure, language: str) -> str:
    """Return a picture as a file of its own."""
    return render_template("statistics/chart.svg", figure=figure, in_language=language)


def _day(settings: Settings, as_of: str | None) -> date:
    if as_of is None:
        return clock.today()
    if not settings.demonstration:
        raise click.UsageError("--as-of is for demonstrations; the figures of a portal wait")
    try:
        return date.fromisoformat(as_of)
    except ValueError as error:
        raise click.UsageError("--as-of takes a day such as 2026-12-08") from error


def _prepared(workshop: Workshop, quarter: str, today: date) -> Prepared:
    with reading() as session:
        service.check_may_release(session, workshop.folder, quarter, today=today)
        if service.left_out(session, quarter) and not archive.releases(workshop.folder):
            _tell("Cases are older than this first quarter; the quarters before stay unpublished.")
        return service.prepare(session, quarter, workshop, published_on=today)


def _publish(workshop: Workshop, quarter: str, today: date) -> None:
    """Write the files where nobody sees them, then the ledger, then show the files: in this order.

    Whatever stops in between, the ledger never lacks what was published.
    """
    prepared = _prepared(workshop, quarter, today)
    archive.stage(workshop.folder, quarter, service.VERSION, prepared.files)
    with transaction() as session:
        service.record(session, prepared)
    _reveal(workshop.folder, quarter, prepared.digest)


def _finished(workshop: Workshop, quarter: str) -> bool:
    """Finish a release that was interrupted after it entered the ledger; tell whether there was.

    Raises:
        Conflict: another quarter waits to be finished, or the cases have changed since.
    """
    with reading() as session:
        waiting = service.unfinished(session, workshop.folder)
        if waiting is None:
            return False
        if waiting.quarter != quarter:
            raise Conflict(f"{waiting.quarter} was interrupted; finish it first")
        _tell(f"{quarter} was interrupted; finishing it")
        if archive.staged_digest(workshop.folder, quarter, waiting.version) != waiting.manifest:
            again = service.prepare(session, quarter, workshop, published_on=waiting.published_on)
            if again.digest != waiting.manifest:
                raise Conflict("the cases are no longer those of this release")
            archive.stage(workshop.folder, quarter, waiting.version, again.files)
    _reveal(workshop.folder, quarter, waiting.manifest)
    return True


def _reveal(folder: Path, quarter: str, digest: str) -> None:
    archive.reveal(folder, quarter, service.VERSION)
    click.echo(f"Published {quarter}: {folder / quarter / f'v{service.VERSION}'}")
    click.echo(f"Manifest (SHA-256): {digest}")


def _show(prepared: Prepared) -> None:
    """Print every table as people will read it, and what would be written."""
    for document in prepared.documents.values():
        if "title" in document:
            click.echo(
                f"\n{document['title']['en']}, {document['first_day']} to {document['last_day']}"
            )
            for row in formats.records(document):
                click.echo(_line(document, row))
    click.echo("\nFiles")
    for name, content in sorted(prepared.files.items()):
        click.echo(f"  + {name:<{COLUMN}}{len(content):>8} bytes")
    click.echo("Ledger")
    for one in prepared.charges:
        cost = f"{one.first} to {one.last}, epsilon {one.thousandths / 1000}"
        click.echo(f"  + {one.table:<{COLUMN}}{cost}")
    click.echo("Nothing was written.")


def _line(document: formats.Document, row: formats.Document) -> str:
    labels = [one["codes"][row[one["column"]]]["en"] for one in document["dimensions"]] or [
        row["measure"]
    ]
    name = ", ".join(labels)
    if row["obs_value"] is None:
        return f"  {name:<{COLUMN}}   <10"
    return f"  {name:<{COLUMN}}{row['obs_value']:>6}  {row['lower95']} to {row['upper95']}"


def _tell(text: str) -> None:
    click.echo(text, err=True)

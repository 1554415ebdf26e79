"""The program of an auditor, on a machine of their own: no database, and no secret of the portal.

    python -m portal.audit keys NAME FOLDER
    python -m portal.audit check PACKAGE --keys FILE --policy FILE --log ADDRESS --releases ADDRESS

What it does and what it cannot see: docs/auditors.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from crypto import audited, notes
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError
from crypto.keys import Identity, generate_identity, parse_identity
from crypto.log_entries import Release
from crypto.seal import open_sealed
from crypto.signing import SigningKey, generate_signing_key
from crypto.text import from_base64, to_base64
from portal.app import create_app
from portal.core.config import Settings
from portal.core.errors import PortalError
from portal.core.terms import LANGUAGES
from portal.statistics.auditing import fetching, package
from portal.statistics.auditing.logged_figures import read_log
from portal.statistics.auditing.package import Package
from portal.statistics.auditing.recomputation import CheckResult, check
from portal.statistics.releases import archive
from portal.statistics.rendering import RENDERER
from portal.statistics.service.build import RenderEnvironment
from portal.transparency import policy
from portal.transparency.verifying.reading import make_fetch
from portal.transparency.writing import auditors
from portal.transparency.writing.auditors import Auditor
from witness.durable import create_whole

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
REPORT = "statistics/audit/report.html"


@dataclass(frozen=True)
class AuditorKeys:
    """What only the auditor has."""

    name: str
    identity: Identity
    signing: SigningKey

    @property
    def text(self) -> str:
        """The file: name, what opens packages, what signs."""
        return f"{self.name}\n{self.identity.text}\n{to_base64(self.signing.seed)}\n"


@click.group()
def run_command() -> None:
    """Recompute published figures and compare them with the public log."""


@run_command.command("keys")
@click.argument("name")
@click.argument("folder", type=FOLDER)
def make_keys(name: str, folder: Path) -> None:
    """Make the keys of the auditor NAME in FOLDER: NAME.key stays with you, NAME.txt is public."""
    if not auditors.is_plain(name):
        raise click.UsageError("a name has letters, digits, points and hyphens")
    made = AuditorKeys(name, generate_identity(), generate_signing_key())
    public = Auditor(notes.derive_verifier_key(name, made.signing), made.identity.recipient)
    folder.mkdir(parents=True, exist_ok=True)
    with _refusals():
        create_whole(folder / f"{name}.key", made.text.encode())
        create_whole(folder / f"{name}.txt", public.text.encode())
    click.echo(f"Give {folder / name}.txt to the portal. Nobody else may have {folder / name}.key.")


@run_command.command("check")
@click.argument("sealed", metavar="PACKAGE", type=FILE)
@click.option("--keys", required=True, type=FILE, help="NAME.key")
@click.option("--policy", "whom", required=True, type=FILE, help="Keys of the log and witnesses.")
@click.option("--log", "log", required=True, help="Address or folder of the log.")
@click.option("--releases", required=True, help="Address of the portal, or folder of releases.")
@click.option("--report", "target", default=Path(), type=FOLDER, help="Where reports are put.")
def check_release(
    sealed: Path, keys: Path, whom: Path, log: str, releases: str, target: Path
) -> None:
    """Open PACKAGE, make its release again, compare it with the log; sign it if all agrees.

    Writes a report in every language, and NAME.note if all agrees. Exit status 1 if something
    differs.
    """
    with _refusals():
        own = read_keys(keys.read_text("utf-8"))
        given = package.parse(open_sealed(sealed.read_bytes(), own.identity))
        believed = policy.parse(whom.read_text("utf-8")).policy
        contents, seen = read_log(make_fetch(log), believed)
        if given.origin != seen.checkpoint.origin:
            raise click.ClickException("the package is about another log")
        with _folder(releases, given) as folder, TemporaryDirectory() as nowhere:
            app = create_app(Settings(instance=Path(nowhere), public_url="http://localhost"))
            with app.app_context():
                house = _make_context(folder, given)
                findings = check(given, contents, house)
                target.mkdir(parents=True, exist_ok=True)
                write_reports(target, given, seen.checkpoint, findings)
    for finding in findings:
        verdict = "DIFFERS" if finding.faults else "agrees"
        click.echo(f"{verdict:8} {finding.check} ({finding.compared})")
        for fault in finding.faults:
            click.echo(f"         {fault.where}: {fault.expected} / {fault.published}")
    if any(finding.faults for finding in findings):
        raise click.exceptions.Exit(1)
    word = audited.Audited(Release(given.spec.name, bytes.fromhex(given.manifest)), seen.checkpoint)
    note = target / f"{own.name}.note"
    note.write_bytes(audited.sign(word, own.name, own.signing))
    click.echo(f"All agrees. Give {note} to the portal, and publish it yourself.")


def read_keys(text: str) -> AuditorKeys:
    """Read the file of an auditor's private keys.

    Raises:
        FormatError: it is none.
    """
    name, identity, seed = [*text.split("\n"), "", ""][:3]
    return AuditorKeys(name, parse_identity(identity), SigningKey(from_base64(seed)))


def write_reports(
    target: Path, given: Package, state: Checkpoint, findings: Sequence[CheckResult]
) -> None:
    """Write the report in every language."""
    values = {
        "order": given.spec,
        "manifest": given.manifest,
        "state": state,
        "root": to_base64(state.root),
        "findings": findings,
        "agrees": not any(finding.faults for finding in findings),
        "unopened": len(given.unopened),
    }
    for language in LANGUAGES:
        page = RENDERER.page(REPORT, language, {**values, "language": language})
        (target / f"report-{language}.html").write_text(page + "\n", "utf-8")


def _make_context(folder: Path, given: Package) -> RenderEnvironment:
    order = given.spec
    place = archive.locate_release(folder, order.quarter, order.version)
    pem = (place / archive.PUBLIC_KEY).read_bytes()
    return RenderEnvironment(
        folder, given.publisher, RENDERER, pem, lambda text: click.echo(text, err=True)
    )


@contextmanager
def _folder(place: str, given: Package) -> Iterator[Path]:
    """Give the folder of all releases, fetched if it is elsewhere."""
    if not place.startswith(("http://", "https://")):
        yield Path(place)
        return
    with TemporaryDirectory() as folder:
        fetching.fetch_releases(make_fetch(place), Path(folder), given.spec.name)
        yield Path(folder)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (PortalError, CryptoError, OSError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    run_command()

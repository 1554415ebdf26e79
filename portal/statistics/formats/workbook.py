"""A release as a workbook for spreadsheets: cover, notes, one sheet for each table.

The same documents give the same bytes: every date in the file is that of the release.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.table import LEADING_COLUMNS, Document, Value
from portal.statistics.formats import columns as described
from portal.statistics.formats.columns import Column, describe_data_set
from portal.statistics.formats.datapackage import LICENCE_ADDRESS, LICENCE_TITLE

_CORE = "docProps/core.xml"
_WIDTH, _WIDEST = 10, 48  # of a column, in characters
_BEFORE_ALL = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can hold
_BOLD = Font(bold=True)


def build_workbook(documents: Mapping[str, Document], facts: ReleaseFacts, language: str) -> bytes:
    """Return an XLSX file whose sheets are named like the tables.

    A sheet has one row of headings, then labels and numbers for people and, on the right, the codes
    under the names they have in the CSV file. A number that is not shown is an empty cell.

    Args:
        documents: the tables by name.
        facts: which release it is.
        language: of the headings and labels.
    """
    book = Workbook()
    cover = book.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook has a sheet")
    cover.title = _translate("cover", language)
    _write_rows(cover, _list_cover_rows(documents, facts, language))
    notes = book.create_sheet(_translate("notes", language))
    _write_rows(notes, _list_note_rows(documents, language))
    notes.freeze_panes = "A2"
    for name, document in documents.items():
        sheet = book.create_sheet(name)
        _write_rows(sheet, _list_table_rows(document, language))
        sheet.freeze_panes = "A2"
    return _fix_times(book, facts, language)


def _list_cover_rows(
    documents: Mapping[str, Document], facts: ReleaseFacts, language: str
) -> Iterable[Sequence[Value]]:
    known = describe_data_set(invented=facts.publisher.demonstration)
    yield (known.title.get(language),)
    yield (known.description.get(language),)
    yield _translate("release", language), facts.name
    yield _translate("published", language), facts.published_on.isoformat()
    yield _translate("address", language), facts.address
    yield _translate("licence", language), f"{LICENCE_TITLE}, {LICENCE_ADDRESS}"
    if facts.publisher.contact:
        yield _translate("contact", language), facts.publisher.contact
    if facts.correction:
        yield _translate("correction", language), facts.correction.get(language)
    yield ()
    yield _translate("sheet", language), _translate("contents", language)
    for name, document in documents.items():
        yield name, described.get_title(document)[language]


def _list_note_rows(documents: Mapping[str, Document], language: str) -> Iterable[Sequence[Value]]:
    """Yield every column and code that stands in the sheets, once."""
    yield tuple(_translate(name, language) for name in ("column", "code", "meaning"))
    seen: set[tuple[str, str]] = set()
    for document in documents.values():
        for column in described.describe_columns(document):
            rows = [("", column.label), *column.get_labels().items()]
            for code, label in rows:
                if (column.id, code) not in seen:
                    seen.add((column.id, code))
                    yield column.id, code or None, label.get(language)
    yield ()
    for name in ("small", "noise_included"):
        yield (get_word(name).get(language),)


def _list_table_rows(document: Document, language: str) -> Iterable[Sequence[Value]]:
    columns = described.describe_columns(document)
    kept = [
        place
        for place, column in enumerate(columns)
        if column.id in _choose_columns(document, columns)
    ]
    named = [place for place in kept if columns[place].get_labels()]
    yield (
        *(columns[place].label.get(language) for place in kept),
        *(columns[place].id for place in named),
    )
    for row in document.rows:
        yield (
            *(_translate_code(columns[place], row[place], language) for place in kept),
            *(row[place] for place in named),
        )


def _choose_columns(document: Document, columns: Sequence[Column]) -> set[str]:
    """Return the columns without those that say the same in every row of such a table."""
    own = {dimension.column for dimension in document.dimensions}
    if not own:
        return {column.id for column in columns}
    return (
        {column.id for column in columns if column.id not in LEADING_COLUMNS}
        | own
        | {"time_period"}
    )


def _translate_code(column: Column, value: Value, language: str) -> Value:
    label = column.get_labels().get(value) if isinstance(value, str) else None
    return label.get(language) if label else value


def _write_rows(sheet: Worksheet, rows: Iterable[Sequence[Value]]) -> None:
    """Write rows; a text stays a text whatever it begins with, and nothing is a formula."""
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font = _BOLD
            widths[place] = max(widths.get(place, _WIDTH), len(str(value)) + 1)
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(place)].width = min(width, _WIDEST)


def _fix_times(book: Workbook, facts: ReleaseFacts, language: str) -> bytes:
    """Return the file with the instant of the release in place of the time it is now."""
    released = (
        release_days.get_release_instant(facts.published_on).astimezone(UTC).replace(tzinfo=None)
    )
    about = book.properties
    title = describe_data_set(invented=facts.publisher.demonstration).title.get(language)
    about.title = f"{title}, {facts.name}"
    about.creator, about.language = facts.publisher.public_url, language
    made = io.BytesIO()
    book.save(made)
    about.created = about.modified = released
    whole = io.BytesIO()
    with ZipFile(made) as given, ZipFile(whole, "w", ZIP_DEFLATED) as taken:
        for name in sorted(given.namelist()):
            content = tostring(about.to_tree()) if name == _CORE else given.read(name)
            entry = ZipInfo(name, _BEFORE_ALL)
            entry.compress_type = ZIP_DEFLATED
            taken.writestr(entry, content)
    return whole.getvalue()


def _translate(name: str, language: str) -> str:
    return get_word(f"sheet_{name}").get(language)

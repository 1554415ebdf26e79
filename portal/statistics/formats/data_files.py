"""All files of data that a release consists of."""

from collections.abc import Mapping

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.dataset.encoding import as_csv, as_json, format_readable_json
from portal.statistics.dataset.table import CODES, Document
from portal.statistics.formats import columns, datapackage, jsonld


def build_data_files(documents: Mapping[str, Document], facts: ReleaseFacts) -> dict[str, bytes]:
    """Return the tables in every format, with the descriptions that programs read.

    Args:
        documents: the tables by name.
        facts: which release it is.

    Returns:
        What each file holds, by its path in the folder of the release; the same for the same
        documents, whenever and wherever it is made.
    """
    # Only the making of a release needs it; it would double the start of every worker.
    from portal.statistics.formats.workbook import build_workbook  # noqa: PLC0415

    made: dict[str, bytes] = {}
    for name, document in documents.items():
        made[f"{name}.csv"] = as_csv(document)
        made[f"{name}.json"] = as_json(document)
    for language in LANGUAGES:
        made[f"figures-{language}.xlsx"] = build_workbook(documents, facts, language)
    codes = columns.build_codes_document(documents, facts.name)
    made[f"{CODES}.csv"] = as_csv(codes)
    tables = {**documents, CODES: codes}
    made[datapackage.PACKAGE] = format_readable_json(
        datapackage.describe_package(tables, made, facts)
    )
    made[datapackage.CSVW] = format_readable_json(
        datapackage.describe_csv_on_the_web(tables, facts)
    )
    data = dict(made)
    made[jsonld.DCAT] = format_readable_json(jsonld.describe_dcat(tables, data, facts))
    made[jsonld.SCHEMA_ORG] = format_readable_json(jsonld.describe_schema_org(tables, data, facts))
    return made

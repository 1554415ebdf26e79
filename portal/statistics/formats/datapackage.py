"""Descriptions of the tables of a release: Frictionless Data Package and CSV on the Web.

Sources: https://datapackage.org/standard/data-package/ (version 2), W3C Recommendation "Metadata
Vocabulary for Tabular Data" of 17 December 2015.
"""

import hashlib
from collections.abc import Mapping

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import Document
from portal.statistics.formats import columns
from portal.statistics.formats.columns import Column, data_set, texts

PACKAGE = "datapackage.json"
CSVW = "tables.csv-metadata.json"
LICENCE = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Attribution 4.0 International"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
_PROFILES = "https://datapackage.org/profiles/2.0/"
_FIELD_TYPES = {"text": "string", "whole": "integer", "number": "number"}
_DATATYPES = {"text": "string", "whole": "integer", "number": "double"}


def data_package(
    documents: Mapping[str, Document], written: Mapping[str, bytes], facts: ReleaseFacts
) -> Json:
    """Return the Data Package of a release.

    Args:
        documents: the tables by name.
        written: the files of the release so far; `name.csv` of every document is among them.
        facts: which release it is.
    """
    title = data_set(invented=facts.publisher.demonstration).title
    return {
        "$schema": f"{_PROFILES}datapackage.json",
        "name": f"figures-{facts.quarter}-v{facts.version}",
        "id": facts.address,
        "title": f"{title.en}, {facts.quarter}",
        "titles": texts(title),
        "description": data_set(invented=facts.publisher.demonstration).description.en,
        "homepage": f"{facts.publisher.public_url}/en/figures",
        "version": f"{facts.version}.0.0",
        "created": release_days.get_release_instant(facts.published_on).isoformat(),
        "keywords": [one.en for one in data_set(invented=facts.publisher.demonstration).keywords],
        "licenses": [_licence()],
        "sources": [{"title": title.en, "path": f"{facts.publisher.public_url}/en/figures/about"}],
        "contributors": [{"title": facts.publisher.public_url, "roles": ["publisher"]}],
        "resources": [
            _resource(name, found, written[f"{name}.csv"]) for name, found in documents.items()
        ],
    }


def csv_on_the_web(documents: Mapping[str, Document], facts: ReleaseFacts) -> Json:
    """Return the metadata of all CSV files of a release, with titles in three languages."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": texts(data_set(invented=facts.publisher.demonstration).title),
        "dc:license": {"@id": LICENCE_ADDRESS},
        "dc:publisher": {"@id": facts.publisher.public_url},
        "dc:issued": facts.published_on.isoformat(),
        "tables": [_table(name, found) for name, found in documents.items()],
    }


def _licence() -> Json:
    return {"name": LICENCE, "path": LICENCE_ADDRESS, "title": LICENCE_TITLE}


def _resource(name: str, found: Document, written: bytes) -> Json:
    titles = columns.title(found)
    return {
        "$schema": f"{_PROFILES}dataresource.json",
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "title": titles["en"],
        "titles": titles,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(written),
        "hash": f"sha256:{hashlib.sha256(written).hexdigest()}",
        "schema": {
            "$schema": f"{_PROFILES}tableschema.json",
            "fields": [_field(one) for one in columns.columns(found)],
            "missingValues": [""],
            "primaryKey": columns.key(found),
        },
    }


def _field(column: Column) -> Json:
    field: Json = {
        "name": column.id,
        "type": _FIELD_TYPES[column.type],
        "title": column.label.en,
        "titles": texts(column.label),
    }
    if labels := column.labels():
        field["categories"] = [{"value": code, "label": label.en} for code, label in labels.items()]
        field["constraints"] = {"enum": list(labels)}
    return field


def _table(name: str, found: Document) -> Json:
    return {
        "url": f"{name}.csv",
        "dc:title": columns.title(found),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [_column(one) for one in columns.columns(found)],
            "primaryKey": columns.key(found),
        },
    }


def _column(column: Column) -> Json:
    # The header of the file is in no language ("und"); people read the titles.
    titles: Json = {"und": column.id}
    return {
        "name": column.id,
        "titles": titles | {one: column.label.get(one) for one in LANGUAGES},
        "datatype": _DATATYPES[column.type],
        "null": "",
    }

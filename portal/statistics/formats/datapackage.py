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
from portal.statistics.formats.columns import Column, describe_data_set, to_texts

PACKAGE = "datapackage.json"
CSVW = "tables.csv-metadata.json"
LICENCE = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Attribution 4.0 International"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
_PROFILES = "https://datapackage.org/profiles/2.0/"
_FIELD_TYPES = {"text": "string", "whole": "integer", "number": "number"}
_DATATYPES = {"text": "string", "whole": "integer", "number": "double"}


def describe_package(
    documents: Mapping[str, Document], written: Mapping[str, bytes], facts: ReleaseFacts
) -> Json:
    """Return the Data Package of a release.

    Args:
        documents: the tables by name.
        written: the files of the release so far; `name.csv` of every document is among them.
        facts: which release it is.
    """
    described = describe_data_set(invented=facts.publisher.demonstration)
    return {
        "$schema": f"{_PROFILES}datapackage.json",
        "name": f"figures-{facts.quarter}-v{facts.version}",
        "id": facts.address,
        "title": f"{described.title.get('en')}, {facts.quarter}",
        "titles": to_texts(described.title),
        "description": described.description.get("en"),
        "homepage": f"{facts.publisher.public_url}/en/figures",
        "version": f"{facts.version}.0.0",
        "created": release_days.get_release_instant(facts.published_on).isoformat(),
        "keywords": [keyword.get("en") for keyword in described.keywords],
        "licenses": [_describe_licence()],
        "sources": [
            {
                "title": described.title.get("en"),
                "path": f"{facts.publisher.public_url}/en/figures/about",
            }
        ],
        "contributors": [{"title": facts.publisher.public_url, "roles": ["publisher"]}],
        "resources": [
            _describe_resource(name, document, written[f"{name}.csv"])
            for name, document in documents.items()
        ],
    }


def describe_csv_on_the_web(documents: Mapping[str, Document], facts: ReleaseFacts) -> Json:
    """Return the metadata of all CSV files of a release, with titles in three languages."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": to_texts(describe_data_set(invented=facts.publisher.demonstration).title),
        "dc:license": {"@id": LICENCE_ADDRESS},
        "dc:publisher": {"@id": facts.publisher.public_url},
        "dc:issued": facts.published_on.isoformat(),
        "tables": [_describe_table(name, document) for name, document in documents.items()],
    }


def _describe_licence() -> Json:
    return {"name": LICENCE, "path": LICENCE_ADDRESS, "title": LICENCE_TITLE}


def _describe_resource(name: str, document: Document, written: bytes) -> Json:
    titles = columns.get_title(document)
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
            "fields": [_describe_field(column) for column in columns.describe_columns(document)],
            "missingValues": [""],
            "primaryKey": columns.list_key_columns(document),
        },
    }


def _describe_field(column: Column) -> Json:
    field: Json = {
        "name": column.id,
        "type": _FIELD_TYPES[column.type],
        "title": column.label.get("en"),
        "titles": to_texts(column.label),
    }
    if labels := column.get_labels():
        field["categories"] = [
            {"value": code, "label": label.get("en")} for code, label in labels.items()
        ]
        field["constraints"] = {"enum": list(labels)}
    return field


def _describe_table(name: str, document: Document) -> Json:
    return {
        "url": f"{name}.csv",
        "dc:title": columns.get_title(document),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [_describe_column(column) for column in columns.describe_columns(document)],
            "primaryKey": columns.list_key_columns(document),
        },
    }


def _describe_column(column: Column) -> Json:
    # The header of the file is in no language ("und"); people read the titles.
    titles: Json = {"und": column.id}
    return {
        "name": column.id,
        "titles": titles | {language: column.label.get(language) for language in LANGUAGES},
        "datatype": _DATATYPES[column.type],
        "null": "",
    }

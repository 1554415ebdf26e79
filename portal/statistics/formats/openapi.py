"""The interface for programs as OpenAPI 3.1, made from the catalogue.

Source: https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Sequence
from typing import Any

from portal.core.calendar import Quarter
from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.tables import LEVELS, load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS
from portal.statistics.formats.columns import describe_data_set
from portal.statistics.formats.datapackage import LICENCE, LICENCE_TITLE

Schema = dict[str, Any]
_QUARTER = f"^{Quarter.pattern}$"
_TEXT: Schema = {"type": "string"}
_ADDRESS: Schema = {"type": "string", "format": "uri"}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_WHOLE: Schema = {"type": "integer"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_REFUSALS = {
    "400": "the name is malformed, or there are parameters",
    "404": "there is no such release, table or format",
    "405": "the address can only be read",
    "406": "the type that is asked for is another",
    "412": "the version that is asked for is another",
    "416": "the file does not have these bytes",
}


def describe_api(root: str, problems: Sequence[str]) -> Json:
    """Return the description.

    Args:
        root: the address of the portal.
        problems: the codes of all refusals.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": describe_data_set(invented=False).title.get("en"),
            "description": describe_data_set(invented=False).description.get("en"),
            "version": "1.0.0",
            "license": {"name": LICENCE_TITLE, "identifier": LICENCE},
        },
        "servers": [{"url": root}],
        "security": [],
        "paths": _describe_paths(),
        "components": {
            "schemas": _describe_schemas(problems),
            "parameters": {
                "release": _describe_parameter("release", {"type": "string", "pattern": _QUARTER}),
                "table": _describe_parameter("table", {"type": "string", "enum": _list_tables()}),
            },
            "headers": {
                name: {"schema": _TEXT, "description": text}
                for name, text in {
                    "ETag": "the version of this answer",
                    "Last-Modified": "the instant of the release",
                }.items()
            },
        },
    }


def _describe_paths() -> Json:
    release, table = "/api/v1/releases/{release}", "/api/v1/releases/{release}/tables/{table}"
    return {
        "/api/v1/releases": _describe_reading(
            "releases", "Every release", _describe_json("Releases")
        ),
        release: _describe_reading(
            "release", "One release and its files", _describe_json("Release"), "release"
        ),
        f"{release}/tables": _describe_reading(
            "tables", "Its tables", _describe_json("Tables"), "release"
        ),
        f"{table}.csv": _describe_reading(
            "table-csv",
            "One whole table as CSV",
            {"text/csv": {"schema": _TEXT}},
            "release",
            "table",
        ),
        f"{table}.json": _describe_reading(
            "table-json", "One whole table as JSON", _describe_json("Document"), "release", "table"
        ),
        "/api/v1/catalogue": _describe_reading(
            "catalogue", "What may be published", _describe_json("Catalogue")
        ),
        "/api/v1/problems": _describe_reading(
            "problems", "What refusals mean", _describe_json("Problems")
        ),
    }


def _describe_reading(name: str, summary: str, content: Schema, *parameters: str) -> Json:
    headers = {
        header: {"$ref": f"#/components/headers/{header}"} for header in ("ETag", "Last-Modified")
    }
    refusals = {
        status: {
            "description": text,
            "content": {"application/problem+json": {"schema": _refer_to_schema("Problem")}},
        }
        for status, text in _REFUSALS.items()
    }
    return {
        "parameters": [
            {"$ref": f"#/components/parameters/{parameter}"} for parameter in parameters
        ],
        "get": {
            "operationId": name,
            "summary": summary,
            "responses": {
                "200": {"description": summary, "headers": headers, "content": content},
                "206": {"description": "A part of it", "content": content},
                "304": {"description": "It is the version that is known"},
                **refusals,
            },
        },
    }


def _describe_schemas(problems: Sequence[str]) -> Json:
    known = load()
    release: Schema = {
        "id": {"type": "string", "pattern": _QUARTER},
        "version": {"type": "integer", "minimum": 1},
        "level": {"enum": list(LEVELS)},
        "published_at": {"type": "string", "format": "date-time"},
        "previous": _DIGEST,
        "manifest": _describe_object(href=_ADDRESS, sha256=_DIGEST),
        "address": _ADDRESS,
        "corrects": {"oneOf": [_refer_to_schema("Texts"), {"type": "null"}]},
        "tables": _ADDRESS,
    }
    labels = _describe_object(**dict.fromkeys(LANGUAGES, _TEXT))
    value: Schema = {"type": ["string", "number", "null"]}
    column = _describe_object(
        id=_TEXT, type={"enum": ["text", "whole", "number"]}, title=_refer_to_schema("Texts")
    )
    code = _describe_object(id=_TEXT, title=_refer_to_schema("Texts"))
    return {
        "Texts": labels,
        "Releases": _describe_object(releases=_describe_array(_describe_object(**release))),
        "Release": _describe_object(
            **release,
            files=_describe_array(_describe_object(path=_TEXT, sha256=_DIGEST, href=_ADDRESS)),
        ),
        "Tables": _describe_object(
            release=_TEXT,
            tables=_describe_array(
                _describe_object(
                    id={"enum": _list_tables()},
                    title=_refer_to_schema("Texts"),
                    columns=_describe_array(column),
                    first_day=_DAY,
                    last_day=_DAY,
                    epsilon={"type": ["number", "null"]},
                    rows=_WHOLE,
                    csv=_ADDRESS,
                    json=_ADDRESS,
                )
            ),
        ),
        "Document": {
            **_describe_object(
                release=_TEXT,
                table={"enum": _list_tables()},
                columns=_describe_array(_TEXT),
                rows=_describe_array(_describe_array(value)),
            ),
            "additionalProperties": True,
        },
        "Catalogue": _describe_object(
            title=_refer_to_schema("Texts"),
            description=_refer_to_schema("Texts"),
            licence=_TEXT,
            tables=_describe_array(
                _describe_object(
                    id={"enum": sorted(known.tables)},
                    title=_refer_to_schema("Texts"),
                    event={"enum": sorted({table.event for table in known.tables.values()})},
                    period={"enum": ["quarter", "year"]},
                    dimensions=_describe_array({"enum": sorted(known.dimensions)}),
                    epsilon=_describe_array({"type": "number"}),
                )
            ),
            dimensions=_describe_array(
                _describe_object(
                    id={"enum": sorted(known.dimensions)},
                    column=_TEXT,
                    title=_refer_to_schema("Texts"),
                    total=_TEXT,
                    codes=_describe_array(code),
                )
            ),
            measures=_describe_array(
                _describe_object(
                    id={"enum": sorted(known.measures)}, title=_refer_to_schema("Texts")
                )
            ),
            series=_describe_array(
                _describe_object(id={"enum": sorted(known.series)}, title=_refer_to_schema("Texts"))
            ),
        ),
        "Problems": _describe_object(
            problems=_describe_array(
                _describe_object(code={"enum": list(problems)}, status=_WHOLE, title=_TEXT)
            )
        ),
        "Problem": _describe_object(type=_ADDRESS, title=_TEXT, status=_WHOLE, code=_TEXT),
    }


def _describe_parameter(name: str, schema: Schema) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _list_tables() -> list[str]:
    return sorted([*load().tables, TOTALS, MEASURES, SERIES])


def _describe_json(schema: str) -> Schema:
    return {"application/json": {"schema": _refer_to_schema(schema)}}


def _refer_to_schema(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _describe_array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _describe_object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

"""The interface for programs as OpenAPI 3.1, made from the catalogue.

Source: https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Sequence
from typing import Any

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.tables import LEVELS, load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS
from portal.statistics.formats.columns import data_set
from portal.statistics.formats.datapackage import LICENCE, LICENCE_TITLE

Schema = dict[str, Any]
_QUARTER = "^[1-9][0-9]{3}-q[1-4]$"
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


def description(root: str, problems: Sequence[str]) -> Json:
    """Return the description.

    Args:
        root: the address of the portal.
        problems: the codes of all refusals.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": data_set(invented=False).title.en,
            "description": data_set(invented=False).description.en,
            "version": "1.0.0",
            "license": {"name": LICENCE_TITLE, "identifier": LICENCE},
        },
        "servers": [{"url": root}],
        "security": [],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(problems),
            "parameters": {
                "release": _parameter("release", {"type": "string", "pattern": _QUARTER}),
                "table": _parameter("table", {"type": "string", "enum": _tables()}),
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


def _paths() -> Json:
    release, table = "/api/v1/releases/{release}", "/api/v1/releases/{release}/tables/{table}"
    return {
        "/api/v1/releases": _reading("releases", "Every release", _json("Releases")),
        release: _reading("release", "One release and its files", _json("Release"), "release"),
        f"{release}/tables": _reading("tables", "Its tables", _json("Tables"), "release"),
        f"{table}.csv": _reading(
            "table-csv",
            "One whole table as CSV",
            {"text/csv": {"schema": _TEXT}},
            "release",
            "table",
        ),
        f"{table}.json": _reading(
            "table-json", "One whole table as JSON", _json("Document"), "release", "table"
        ),
        "/api/v1/catalogue": _reading("catalogue", "What may be published", _json("Catalogue")),
        "/api/v1/problems": _reading("problems", "What refusals mean", _json("Problems")),
    }


def _reading(name: str, summary: str, content: Schema, *parameters: str) -> Json:
    headers = {one: {"$ref": f"#/components/headers/{one}"} for one in ("ETag", "Last-Modified")}
    refusals = {
        status: {
            "description": text,
            "content": {"application/problem+json": {"schema": _one("Problem")}},
        }
        for status, text in _REFUSALS.items()
    }
    return {
        "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in parameters],
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


def _schemas(problems: Sequence[str]) -> Json:
    known = load()
    release: Schema = {
        "id": {"type": "string", "pattern": _QUARTER},
        "version": {"type": "integer", "minimum": 1},
        "level": {"enum": list(LEVELS)},
        "published_at": {"type": "string", "format": "date-time"},
        "previous": _DIGEST,
        "manifest": _object(href=_ADDRESS, sha256=_DIGEST),
        "address": _ADDRESS,
        "corrects": {"oneOf": [_one("Texts"), {"type": "null"}]},
        "tables": _ADDRESS,
    }
    labels = _object(**dict.fromkeys(LANGUAGES, _TEXT))
    value: Schema = {"type": ["string", "number", "null"]}
    column = _object(id=_TEXT, type={"enum": ["text", "whole", "number"]}, title=_one("Texts"))
    code = _object(id=_TEXT, title=_one("Texts"))
    return {
        "Texts": labels,
        "Releases": _object(releases=_list(_object(**release))),
        "Release": _object(
            **release, files=_list(_object(path=_TEXT, sha256=_DIGEST, href=_ADDRESS))
        ),
        "Tables": _object(
            release=_TEXT,
            tables=_list(
                _object(
                    id={"enum": _tables()},
                    title=_one("Texts"),
                    columns=_list(column),
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
            **_object(
                release=_TEXT,
                table={"enum": _tables()},
                columns=_list(_TEXT),
                rows=_list(_list(value)),
            ),
            "additionalProperties": True,
        },
        "Catalogue": _object(
            title=_one("Texts"),
            description=_one("Texts"),
            licence=_TEXT,
            tables=_list(
                _object(
                    id={"enum": sorted(known.tables)},
                    title=_one("Texts"),
                    event={"enum": sorted({one.event for one in known.tables.values()})},
                    period={"enum": ["quarter", "year"]},
                    dimensions=_list({"enum": sorted(known.dimensions)}),
                    epsilon=_list({"type": "number"}),
                )
            ),
            dimensions=_list(
                _object(
                    id={"enum": sorted(known.dimensions)},
                    column=_TEXT,
                    title=_one("Texts"),
                    total=_TEXT,
                    codes=_list(code),
                )
            ),
            measures=_list(_object(id={"enum": sorted(known.measures)}, title=_one("Texts"))),
            series=_list(_object(id={"enum": sorted(known.series)}, title=_one("Texts"))),
        ),
        "Problems": _object(
            problems=_list(_object(code={"enum": list(problems)}, status=_WHOLE, title=_TEXT))
        ),
        "Problem": _object(type=_ADDRESS, title=_TEXT, status=_WHOLE, code=_TEXT),
    }


def _parameter(name: str, schema: Schema) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _tables() -> list[str]:
    return sorted([*load().tables, TOTALS, MEASURES, SERIES])


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": _one(schema)}}


def _one(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

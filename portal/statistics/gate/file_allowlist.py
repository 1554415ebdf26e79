"""The guard of files (G10): a release holds the files that are known, and they say what they may.

A page or a kind of file that is new has to be entered here, so that nothing slips in unread.
"""

import re
from collections.abc import Mapping

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.codelists import NATION, REGION
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.dataset.table import CODES, Document
from portal.statistics.gate.result import AttackResult

PAGES = (
    "index",
    "compare",
    "timeliness",
    "outcomes",
    "verdicts",
    "early-warning",
    "faults",
    "explorer",
    "data",
)
DESCRIPTIONS = (
    "manifest.json",
    "manifest.json.sig",
    "manifest.json.tlog-proof",
    "key.pem",
    "access.json",
    "minute.json",
    "SHA256SUMS",
    "datapackage.json",
    "tables.csv-metadata.json",
    "dcat.jsonld",
    "schema.jsonld",
    f"{CODES}.csv",
)
_ASSET = re.compile(r"assets/[a-z-]+\.(css|js|svg)")
Files = Mapping[str, bytes]


def examine(files: Files, documents: Mapping[str, Document]) -> AttackResult:
    """Look for files in a release that are not known, or do not say what its documents say."""
    unexpected = find_unexpected(files, documents)
    note = "; ".join(unexpected) or f"{len(files)} files"
    return AttackResult("G10", "slip a file in", float(bool(unexpected)), 0.0, note=note)


def find_unexpected(files: Files, documents: Mapping[str, Document]) -> list[str]:
    """Return which files do not belong, in words.

    Args:
        files: of the release, by path.
        documents: its tables by name.
    """
    data = build_data_files(documents)
    allowed = {
        *data,
        *DESCRIPTIONS,
        *_list_pages(),
        *(f"figures-{language}.xlsx" for language in LANGUAGES),
    }
    unknown = [path for path in files if path not in allowed and not _is_picture(path)]
    altered = [path for path, content in data.items() if files.get(path) != content]
    return [
        *(f"{path} is not known" for path in unknown),
        *(f"{path} is not its table" for path in altered),
    ]


def build_data_files(documents: Mapping[str, Document]) -> dict[str, bytes]:
    """Return the files of data that documents have, by path."""
    made: dict[str, bytes] = {}
    for name, document in documents.items():
        made[f"{name}.csv"] = as_csv(document)
        made[f"{name}.json"] = as_json(document)
    return made


def _list_pages() -> list[str]:
    dimensions = load().dimensions
    regions = [NATION, *(code.id for code in dimensions[REGION].codes)]
    names = [
        *PAGES,
        *(f"{kind}-{code}" for kind in ("region", "compare") for code in regions),
        *(f"category-{code.id}" for code in dimensions["category"].codes),
    ]
    return [f"{language}/{name}.html" for language in LANGUAGES for name in names]


def _is_picture(path: str) -> bool:
    languages, name = "|".join(LANGUAGES), _build_figure_pattern()
    drawn = re.fullmatch(rf"charts/({languages})/{name}\.(svg|png)", path)
    embedded = re.fullmatch(rf"embed/({languages})/{name}\.html", path)
    return bool(drawn or embedded or _ASSET.fullmatch(path))


def _build_figure_pattern() -> str:
    """Return what the name of a figure is like: words, then a place, then a kind of complaint."""
    dimensions = load().dimensions
    areas = "|".join((NATION, *(code.id for code in dimensions[REGION].codes)))
    kinds = "|".join(("all", *(code.id for code in dimensions["category"].codes)))
    return rf"[a-z]+(-[a-z_]+)*(-({areas})(-({kinds}))?)?"

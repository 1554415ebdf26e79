"""Descriptions of releases as linked data: DCAT-AP 3 for catalogues, schema.org for searches.

No context is fetched from anywhere: every name is spelled out in the file itself.
Sources: W3C Recommendation DCAT 3 of 22 August 2024, DCAT-AP 3.0.0, https://schema.org/Dataset.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from portal.core.terms import LANGUAGES, SPOKEN, Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import Document, Texts
from portal.statistics.formats import columns
from portal.statistics.formats.columns import data_set, texts
from portal.statistics.formats.datapackage import LICENCE_ADDRESS

DCAT = "dcat.jsonld"
SCHEMA_ORG = "schema.jsonld"
CATALOGUE = "catalogue.jsonld"
KINDS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EU = "http://publications.europa.eu/resource/authority"
_FILE_TYPES = {".csv": "CSV", ".json": "JSON", ".jsonld": "JSON_LD", ".xlsx": "XLSX"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def dcat(
    documents: Mapping[str, Document], written: Mapping[str, bytes], facts: ReleaseFacts
) -> Json:
    """Return the description of one release for data catalogues.

    Args:
        documents: the tables by name.
        written: the files of the release so far.
        facts: which release it is.
    """
    files = {name: content for name, content in written.items() if PurePath(name).suffix in KINDS}
    dataset = {
        "@id": facts.address,
        "@type": "dcat:Dataset",
        "dcterms:identifier": facts.name,
        "dcterms:title": _spoken(texts(data_set(invented=facts.publisher.demonstration).title)),
        "dcterms:description": _spoken(
            texts(data_set(invented=facts.publisher.demonstration).description)
        ),
        "dcterms:issued": _instant(facts),
        "dcterms:temporal": _temporal(documents),
        "dcat:version": f"{facts.version}",
        "dcat:keyword": [
            one
            for label in data_set(invented=facts.publisher.demonstration).keywords
            for one in _spoken(texts(label))
        ],
        "dcat:inSeries": _link(series_address(facts.publisher)),
        "dcat:landingPage": _link(f"{facts.publisher.public_url}/en/figures/{facts.quarter}"),
        "dcat:distribution": [_link(f"{facts.address}/{name}") for name in files],
        **_shared(facts.publisher),
    }
    if facts.correction:
        before = facts.address.removesuffix(f"v{facts.version}") + f"v{facts.version - 1}"
        dataset["dcat:previousVersion"] = _link(before)
        dataset["dcterms:provenance"] = {
            "@type": "dcterms:ProvenanceStatement",
            "dcterms:description": _spoken(texts(facts.correction)),
        }
    found = [_distribution(name, content, documents, facts) for name, content in files.items()]
    return {"@context": _CONTEXT, "@graph": [dataset, *found]}


def catalogue(releases: Sequence[Json], publisher: Publisher) -> Json:
    """Return the catalogue of all releases.

    Args:
        releases: what `dcat` made of each, the oldest first.
        publisher: this portal.
    """
    datasets = [one["@graph"][0] for one in releases]
    titles = {
        "dcterms:title": _spoken(texts(data_set(invented=publisher.demonstration).title)),
        "dcterms:description": _spoken(
            texts(data_set(invented=publisher.demonstration).description)
        ),
    }
    series = {
        "@id": series_address(publisher),
        "@type": "dcat:DatasetSeries",
        **titles,
        **_shared(publisher),
    }
    whole = {
        "@id": f"{publisher.public_url}/figures/{CATALOGUE}",
        "@type": "dcat:Catalog",
        **titles,
        "dcterms:publisher": _shared(publisher)["dcterms:publisher"],
        "dcterms:license": _link(LICENCE_ADDRESS),
        "dcat:dataset": [_link(one["@id"]) for one in (series, *datasets)],
    }
    if datasets:
        series["dcat:first"], series["dcat:last"] = (
            _link(datasets[0]["@id"]),
            _link(datasets[-1]["@id"]),
        )
    rest = [node for one in releases for node in one["@graph"][1:]]
    return {"@context": _CONTEXT, "@graph": [whole, series, *_in_order(datasets), *rest]}


def schema_org(
    documents: Mapping[str, Document], written: Mapping[str, bytes], facts: ReleaseFacts
) -> Json:
    """Return the description of one release for search engines.

    Args:
        documents: the tables by name.
        written: the files of the release so far.
        facts: which release it is.
    """
    first, last = _days(documents)
    publisher = facts.publisher
    known = data_set(invented=publisher.demonstration)
    owner = {"@type": "Organization", "name": publisher.public_url, "url": publisher.public_url}
    return {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "Dataset",
        "@id": f"{facts.address}/{SCHEMA_ORG}",
        "url": facts.address,
        "name": _spoken(
            {one: f"{text}, {facts.quarter}" for one, text in texts(known.title).items()}
        ),
        "description": _spoken(texts(known.description)),
        "keywords": [one for label in known.keywords for one in _spoken(texts(label))],
        "identifier": facts.name,
        "version": str(facts.version),
        "datePublished": release_days.get_release_instant(facts.published_on).isoformat(),
        "license": LICENCE_ADDRESS,
        "creator": owner,
        "publisher": owner,
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "temporalCoverage": f"{first}/{last}",
        "spatialCoverage": {
            "@type": "Place",
            "name": _spoken(texts(get_word("nation"))),
            "identifier": NATION,
        },
        "isBasedOn": f"{publisher.public_url}/en/figures/about",
        "citation": f"{publisher.public_url}: {known.title.en}, {facts.name}. {facts.address}",
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "propertyID": one.id,
                "name": _spoken(texts(one.label)),
            }
            for one in load().measures.values()
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{facts.address}/{name}",
                "encodingFormat": KINDS[PurePath(name).suffix],
                "name": _spoken(_title(name, documents)),
                "contentSize": f"{len(content)} B",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in written.items()
            if PurePath(name).suffix in KINDS
        ],
    }


def series_address(publisher: Publisher) -> str:
    """Return what names the series of all releases."""
    return f"{publisher.public_url}/figures"


def _shared(publisher: Publisher) -> Json:
    """Return what holds for one release and for all of them."""
    contact: Json = {
        "@type": "vcard:Kind",
        "vcard:hasURL": _link(f"{publisher.public_url}/en/figures/about"),
    }
    if publisher.contact:
        contact["vcard:hasEmail"] = _link(f"mailto:{publisher.contact}")
    return {
        "dcterms:publisher": {
            "@id": publisher.public_url,
            "@type": "foaf:Agent",
            "foaf:name": publisher.public_url,
        },
        "dcterms:license": _link(LICENCE_ADDRESS),
        "dcterms:accessRights": _link(f"{_EU}/access-right/PUBLIC"),
        "dcterms:accrualPeriodicity": _link(f"{_EU}/frequency/QUARTERLY"),
        "dcterms:spatial": _link(f"{_EU}/country/KAZ"),
        "dcterms:language": [_link(f"{_EU}/language/{one.authority}") for one in SPOKEN.values()],
        "dcat:theme": _link(f"{_EU}/data-theme/JUST"),
        "dcat:contactPoint": contact,
    }


def _distribution(
    name: str, content: bytes, documents: Mapping[str, Document], facts: ReleaseFacts
) -> Json:
    address, suffix = f"{facts.address}/{name}", PurePath(name).suffix
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": _spoken(_title(name, documents)),
        "dcterms:license": _link(LICENCE_ADDRESS),
        "dcterms:issued": _instant(facts),
        "dcterms:format": _link(f"{_EU}/file-type/{_FILE_TYPES[suffix]}"),
        "dcat:accessURL": _link(address),
        "dcat:downloadURL": _link(address),
        "dcat:mediaType": _link(f"https://www.iana.org/assignments/media-types/{KINDS[suffix]}"),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(content))},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _link("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {
                "@type": "xsd:hexBinary",
                "@value": hashlib.sha256(content).hexdigest(),
            },
        },
    }


def _in_order(datasets: Sequence[Json]) -> list[Json]:
    """Return the releases, each with the one before it in the series."""
    before = [None, *datasets]
    return [
        one | {"dcat:prev": _link(last["@id"])} if last else one
        for last, one in zip(before, datasets, strict=False)
    ]


def _title(name: str, documents: Mapping[str, Document]) -> Texts:
    found = documents.get(PurePath(name).stem)
    if found is None:
        return texts(Label(name, name, name))
    return columns.title(found)


def _temporal(documents: Mapping[str, Document]) -> Json:
    first, last = _days(documents)
    return {
        "@type": "dcterms:PeriodOfTime",
        "dcat:startDate": {"@type": "xsd:date", "@value": first},
        "dcat:endDate": {"@type": "xsd:date", "@value": last},
    }


def _days(documents: Mapping[str, Document]) -> tuple[str, str]:
    """Return the first and the last day that any table counts."""
    dated = [found for found in documents.values() if found.counts_days]
    return min(one.first_day for one in dated), max(one.last_day for one in dated)


def _instant(facts: ReleaseFacts) -> Json:
    return {
        "@type": "xsd:dateTime",
        "@value": release_days.get_release_instant(facts.published_on).isoformat(),
    }


def _spoken(by_language: Mapping[str, str]) -> list[Json]:
    return [{"@language": one, "@value": text} for one, text in by_language.items()]


def _link(address: str) -> Json:
    return {"@id": address}

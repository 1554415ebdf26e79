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
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts, ReleaseName
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import Document, Texts
from portal.statistics.formats import columns
from portal.statistics.formats.columns import describe_data_set, to_texts
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


def describe_dcat(
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
        "dcterms:title": _tag_languages(
            to_texts(describe_data_set(invented=facts.publisher.demonstration).title)
        ),
        "dcterms:description": _tag_languages(
            to_texts(describe_data_set(invented=facts.publisher.demonstration).description)
        ),
        "dcterms:issued": _describe_instant(facts),
        "dcterms:temporal": _describe_period(documents),
        "dcat:version": f"{facts.version}",
        "dcat:keyword": [
            text
            for label in describe_data_set(invented=facts.publisher.demonstration).keywords
            for text in _tag_languages(to_texts(label))
        ],
        "dcat:inSeries": _refer_to(build_series_address(facts.publisher)),
        "dcat:landingPage": _refer_to(f"{facts.publisher.public_url}/en/figures/{facts.quarter}"),
        "dcat:distribution": [_refer_to(f"{facts.address}/{name}") for name in files],
        **_describe_shared(facts.publisher),
    }
    if facts.correction:
        before = (
            f"{facts.publisher.public_url}/figures/{ReleaseName(facts.quarter, facts.version - 1)}"
        )
        dataset["dcat:previousVersion"] = _refer_to(before)
        dataset["dcterms:provenance"] = {
            "@type": "dcterms:ProvenanceStatement",
            "dcterms:description": _tag_languages(to_texts(facts.correction)),
        }
    distributions = [
        _describe_distribution(name, content, documents, facts) for name, content in files.items()
    ]
    return {"@context": _CONTEXT, "@graph": [dataset, *distributions]}


def describe_catalogue(releases: Sequence[Json], publisher: Publisher) -> Json:
    """Return the catalogue of all releases.

    Args:
        releases: what `dcat` made of each, the oldest first.
        publisher: this portal.
    """
    datasets = [release["@graph"][0] for release in releases]
    titles = {
        "dcterms:title": _tag_languages(
            to_texts(describe_data_set(invented=publisher.demonstration).title)
        ),
        "dcterms:description": _tag_languages(
            to_texts(describe_data_set(invented=publisher.demonstration).description)
        ),
    }
    series = {
        "@id": build_series_address(publisher),
        "@type": "dcat:DatasetSeries",
        **titles,
        **_describe_shared(publisher),
    }
    whole = {
        "@id": f"{publisher.public_url}/figures/{CATALOGUE}",
        "@type": "dcat:Catalog",
        **titles,
        "dcterms:publisher": _describe_shared(publisher)["dcterms:publisher"],
        "dcterms:license": _refer_to(LICENCE_ADDRESS),
        "dcat:dataset": [_refer_to(dataset["@id"]) for dataset in (series, *datasets)],
    }
    if datasets:
        series["dcat:first"], series["dcat:last"] = (
            _refer_to(datasets[0]["@id"]),
            _refer_to(datasets[-1]["@id"]),
        )
    rest = [node for release in releases for node in release["@graph"][1:]]
    return {"@context": _CONTEXT, "@graph": [whole, series, *_link_releases(datasets), *rest]}


def describe_schema_org(
    documents: Mapping[str, Document], written: Mapping[str, bytes], facts: ReleaseFacts
) -> Json:
    """Return the description of one release for search engines.

    Args:
        documents: the tables by name.
        written: the files of the release so far.
        facts: which release it is.
    """
    first, last = _find_days(documents)
    publisher = facts.publisher
    known = describe_data_set(invented=publisher.demonstration)
    owner = {"@type": "Organization", "name": publisher.public_url, "url": publisher.public_url}
    return {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "Dataset",
        "@id": f"{facts.address}/{SCHEMA_ORG}",
        "url": facts.address,
        "name": _tag_languages(
            {
                language: f"{text}, {facts.quarter}"
                for language, text in to_texts(known.title).items()
            }
        ),
        "description": _tag_languages(to_texts(known.description)),
        "keywords": [text for label in known.keywords for text in _tag_languages(to_texts(label))],
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
            "name": _tag_languages(to_texts(get_word("nation"))),
            "identifier": NATION,
        },
        "isBasedOn": f"{publisher.public_url}/en/figures/about",
        "citation": (
            f"{publisher.public_url}: {known.title.get('en')}, {facts.name}. {facts.address}"
        ),
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "propertyID": measure.id,
                "name": _tag_languages(to_texts(measure.label)),
            }
            for measure in load().measures.values()
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{facts.address}/{name}",
                "encodingFormat": KINDS[PurePath(name).suffix],
                "name": _tag_languages(_get_titles(name, documents)),
                "contentSize": f"{len(content)} B",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in written.items()
            if PurePath(name).suffix in KINDS
        ],
    }


def build_series_address(publisher: Publisher) -> str:
    """Return what names the series of all releases."""
    return f"{publisher.public_url}/figures"


def _describe_shared(publisher: Publisher) -> Json:
    """Return what holds for one release and for all of them."""
    contact: Json = {
        "@type": "vcard:Kind",
        "vcard:hasURL": _refer_to(f"{publisher.public_url}/en/figures/about"),
    }
    if publisher.contact:
        contact["vcard:hasEmail"] = _refer_to(f"mailto:{publisher.contact}")
    return {
        "dcterms:publisher": {
            "@id": publisher.public_url,
            "@type": "foaf:Agent",
            "foaf:name": publisher.public_url,
        },
        "dcterms:license": _refer_to(LICENCE_ADDRESS),
        "dcterms:accessRights": _refer_to(f"{_EU}/access-right/PUBLIC"),
        "dcterms:accrualPeriodicity": _refer_to(f"{_EU}/frequency/QUARTERLY"),
        "dcterms:spatial": _refer_to(f"{_EU}/country/KAZ"),
        "dcterms:language": [
            _refer_to(f"{_EU}/language/{spoken.authority}") for spoken in SPOKEN.values()
        ],
        "dcat:theme": _refer_to(f"{_EU}/data-theme/JUST"),
        "dcat:contactPoint": contact,
    }


def _describe_distribution(
    name: str, content: bytes, documents: Mapping[str, Document], facts: ReleaseFacts
) -> Json:
    address, suffix = f"{facts.address}/{name}", PurePath(name).suffix
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": _tag_languages(_get_titles(name, documents)),
        "dcterms:license": _refer_to(LICENCE_ADDRESS),
        "dcterms:issued": _describe_instant(facts),
        "dcterms:format": _refer_to(f"{_EU}/file-type/{_FILE_TYPES[suffix]}"),
        "dcat:accessURL": _refer_to(address),
        "dcat:downloadURL": _refer_to(address),
        "dcat:mediaType": _refer_to(
            f"https://www.iana.org/assignments/media-types/{KINDS[suffix]}"
        ),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(content))},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _refer_to("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {
                "@type": "xsd:hexBinary",
                "@value": hashlib.sha256(content).hexdigest(),
            },
        },
    }


def _link_releases(datasets: Sequence[Json]) -> list[Json]:
    """Return the releases, each with the one before it in the series."""
    before = [None, *datasets]
    return [
        dataset | {"dcat:prev": _refer_to(last["@id"])} if last else dataset
        for last, dataset in zip(before, datasets, strict=False)
    ]


def _get_titles(name: str, documents: Mapping[str, Document]) -> Texts:
    document = documents.get(PurePath(name).stem)
    if document is None:
        return to_texts(Label(*(name for _ in LANGUAGES)))
    return columns.get_title(document)


def _describe_period(documents: Mapping[str, Document]) -> Json:
    first, last = _find_days(documents)
    return {
        "@type": "dcterms:PeriodOfTime",
        "dcat:startDate": {"@type": "xsd:date", "@value": first},
        "dcat:endDate": {"@type": "xsd:date", "@value": last},
    }


def _find_days(documents: Mapping[str, Document]) -> tuple[str, str]:
    """Return the first and the last day that any table counts."""
    dated = [document for document in documents.values() if document.counts_days]
    return min(document.first_day for document in dated), max(
        document.last_day for document in dated
    )


def _describe_instant(facts: ReleaseFacts) -> Json:
    return {
        "@type": "xsd:dateTime",
        "@value": release_days.get_release_instant(facts.published_on).isoformat(),
    }


def _tag_languages(by_language: Mapping[str, str]) -> list[Json]:
    return [{"@language": language, "@value": text} for language, text in by_language.items()]


def _refer_to(address: str) -> Json:
    return {"@id": address}

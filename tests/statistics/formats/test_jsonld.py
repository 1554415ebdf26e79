"""The descriptions of releases as linked data, read by rdflib."""

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from portal.core.calendar import Quarter
from portal.core.terms import Label
from portal.statistics.dataset.encoding import format_readable_json
from portal.statistics.formats import jsonld
from tests.statistics import tables

# What rdflib says of itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

SCHEMA = Namespace("https://schema.org/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # version 3; rdflib knows the names of version 2
ADDRESS = URIRef("https://report.example/figures/2026-q4/v1")


def parse_graph(content: bytes) -> Graph:
    return Graph().parse(data=content, format="json-ld")


def test_the_description_for_catalogues_has_what_dcat_ap_asks() -> None:
    made = tables.made(tables.Q4, "L1")
    read = parse_graph(made[jsonld.DCAT])

    assert (ADDRESS, RDF.type, DCAT.Dataset) in read
    titles = [title for title in read.objects(ADDRESS, DCTERMS.title) if isinstance(title, Literal)]
    assert {title.language for title in titles} == {"kk", "ru", "en"}
    for wanted in (
        DCTERMS.description,
        DCTERMS.publisher,
        DCTERMS.license,
        DCTERMS.temporal,
        DCTERMS.spatial,
        DCTERMS.accrualPeriodicity,
        DCAT.contactPoint,
        DCAT.theme,
        DCAT.inSeries,
        DCAT.version,
    ):
        assert list(read.objects(ADDRESS, wanted)), wanted
    assert list(read.objects(ADDRESS, DCAT.previousVersion)) == []


def test_every_file_of_data_is_a_distribution() -> None:
    made = tables.made(tables.Q4, "L1")
    described = {jsonld.DCAT, jsonld.SCHEMA_ORG}
    addresses = {f"{ADDRESS}/{name}" for name in made if name not in described}

    in_dcat = {
        str(address)
        for address in parse_graph(made[jsonld.DCAT]).objects(ADDRESS, DCAT.distribution)
    }
    in_schema = {
        str(address)
        for address in parse_graph(made[jsonld.SCHEMA_ORG]).objects(None, SCHEMA.contentUrl)
    }

    assert in_dcat == in_schema == addresses


def test_the_description_for_searches_is_long_enough() -> None:
    read = parse_graph(tables.made(tables.Q4, "L1")[jsonld.SCHEMA_ORG])
    (dataset,) = read.subjects(RDF.type, SCHEMA.Dataset)

    descriptions = list(read.objects(dataset, SCHEMA.description))
    assert len(descriptions) == 3
    assert all(len(str(description)) >= 50 for description in descriptions)
    for wanted in ("license", "creator", "temporalCoverage", "spatialCoverage", "citation"):
        assert list(read.objects(dataset, SCHEMA[wanted])), wanted


def test_releases_follow_each_other_in_the_catalogue() -> None:
    quarters = (Quarter("2026-q2"), Quarter("2026-q3"), Quarter("2026-q4"))
    made = [
        jsonld.describe_dcat(tables.documents("L0", quarter), {}, tables.facts(quarter, level="L0"))
        for quarter in quarters
    ]
    read = parse_graph(format_readable_json(jsonld.describe_catalogue(made, tables.PUBLISHER)))
    series = URIRef(jsonld.build_series_address(tables.PUBLISHER))
    addresses = [URIRef(tables.facts(quarter).address) for quarter in quarters]

    assert (series, RDF.type, DCAT.DatasetSeries) in read
    assert (series, DCAT.first, addresses[0]) in read
    assert (series, DCAT.last, addresses[2]) in read
    assert set(read.subject_objects(DCAT.prev)) == {
        (addresses[1], addresses[0]),
        (addresses[2], addresses[1]),
    }
    assert Literal("2026-q3/v1") in set(read.objects(addresses[1], DCTERMS.identifier))


def test_a_catalogue_may_be_empty() -> None:
    read = parse_graph(format_readable_json(jsonld.describe_catalogue([], tables.PUBLISHER)))

    assert list(read.subjects(RDF.type, DCAT.Catalog))
    assert list(read.objects(None, DCAT.first)) == []


def test_nothing_has_to_be_fetched_to_read_them() -> None:
    for name in (jsonld.DCAT, jsonld.SCHEMA_ORG):
        assert b'"@context": "http' not in tables.made(tables.Q4, "L1")[name]


def test_a_corrected_release_says_what_was_corrected() -> None:
    about = tables.facts(version=2, correction=Label("Түзетілді", "Исправлено", "Corrected"))
    read = parse_graph(
        format_readable_json(jsonld.describe_dcat(tables.documents("L0"), {}, about))
    )
    second = URIRef(about.address)

    assert (second, DCAT.previousVersion, ADDRESS) in read
    (origin,) = read.objects(second, DCTERMS.provenance)
    assert Literal("Corrected", "en") in set(read.objects(origin, DCTERMS.description))

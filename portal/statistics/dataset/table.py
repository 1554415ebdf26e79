"""What a published table is: rows under column names of SDMX, and what its codes mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple

from portal.core.terms import FileTexts

TOTALS = "totals"  # the one table without noise: anyone can count it in the public log
MEASURES = "measures"
SERIES = "series"  # exact national numbers that are no secret of a single case
CODES = "codes"
CONFIDENTIAL = "c"

LEADING_COLUMNS = ("freq", "time_period", "ref_area", "measure", "category", "outcome")
TRAILING_COLUMNS = ("obs_value", "lower95", "upper95", "obs_status", "conf_status")
SERIES_COLUMNS = ("freq", "time_period", "measure", "reason", "obs_value", "obs_status")

Value = str | int | float | None
Row = tuple[Any, ...]  # of values
Texts = Mapping[str, str]  # by language
Labels = Mapping[str, Texts]  # by code


class Observation(NamedTuple):
    """One row of a table of counts; its fields are the columns of the files.

    Attributes:
        codes: of the cell, by dimension; a total where a dimension is added up.
    """

    freq: str
    time_period: str
    ref_area: str
    measure: str
    category: str
    outcome: str
    obs_value: int | None  # None: shown as a small one, or not available
    lower95: int | None
    upper95: int | None
    obs_status: str
    conf_status: str
    codes: Mapping[str, str]


_NUMBERS = ("obs_value", "lower95", "upper95")
_BLANK = {name: None if name in _NUMBERS else "" for name in (*LEADING_COLUMNS, *TRAILING_COLUMNS)}


def _read_labels(content: Labels) -> Labels:
    return {code: FileTexts(texts) for code, texts in content.items()}


@dataclass(frozen=True)
class Breakdown:
    """A dimension that a document is broken down by, with every code and its total."""

    id: str
    column: str
    total: str
    label: Texts
    codes: Labels

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Breakdown":
        """Read a dimension as it stands in a file."""
        label, codes = FileTexts(content["label"]), _read_labels(content["codes"])
        return cls(content["id"], content["column"], content["total"], label, codes)

    def to_json(self) -> dict[str, Any]:
        """Return the dimension as it stands in a file."""
        return {
            "id": self.id,
            "column": self.column,
            "total": self.total,
            "label": self.label,
            "codes": self.codes,
        }


@dataclass(frozen=True)
class Document:
    """A published table: rows under column names of SDMX, and what its codes mean.

    Attributes:
        release: that it belongs to: 2026-q3/v1.
        table: its name, which is that of its files.
        columns: the name of each column.
        rows: a value for each column; None is not shown, or not known.
        title: in each language; the measures have none.
        first_day: that it counts, in ISO 8601; empty: measures and codes count no days.
        last_day: the same.
        epsilon: of a table with noise; None: exact.
        noise_sd: standard deviation of the noise of a cell, in counts.
        moved: by how much a cell was moved at most, so that numbers agree; None: nobody wrote it.
        dimensions: what it is broken down by.
        measures: label of each measure, of documents that hold several.
        reasons: label of each reason, of the exact series.
        origin: says of a demonstration that it is invented.
    """

    release: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    title: Texts = field(default_factory=dict)
    first_day: str = ""
    last_day: str = ""
    epsilon: float | None = None
    noise_sd: float = 0
    moved: int | None = None
    dimensions: tuple[Breakdown, ...] = ()
    measures: Labels | None = None
    reasons: Labels | None = None
    origin: Texts | None = None

    @classmethod
    def from_json(cls, content: object) -> "Document":
        """Read a document as it stands in a file.

        Raises:
            ValueError: it is none, or says something that would be lost.
        """
        if not isinstance(content, dict) or not content.keys() >= _REQUIRED:
            raise ValueError("not a published table")
        if unknown := content.keys() - _KEYS:
            raise ValueError(f"a published table does not say {sorted(unknown)}")
        try:
            parts = {
                "columns": tuple(content["columns"]),
                "rows": tuple(tuple(row) for row in content["rows"]),
                "dimensions": tuple(map(Breakdown.from_json, content.get("dimensions", ()))),
                **{
                    name: FileTexts(content[name])
                    for name in ("title", "origin")
                    if name in content
                },
                **{
                    name: _read_labels(content[name])
                    for name in ("measures", "reasons")
                    if name in content
                },
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a published table") from error
        return cls(**{**content, **parts})

    def to_json(self) -> dict[str, Any]:
        """Return the document as it stands in a file; what it does not have is left out."""
        parts: dict[str, Any] = {
            "release": self.release,
            "table": self.table,
            "columns": self.columns,
            "rows": self.rows,
        }
        if self.counts_days:
            parts |= {
                "first_day": self.first_day,
                "last_day": self.last_day,
                "epsilon": self.epsilon,
                "noise_sd": self.noise_sd,
                "dimensions": [dimension.to_json() for dimension in self.dimensions],
            }
        if self.title:
            parts["title"] = self.title
        others = {name: getattr(self, name) for name in _OPTIONAL}
        return parts | {name: value for name, value in others.items() if value is not None}

    @property
    def counts_days(self) -> bool:
        """Tell whether this is a table of some days; measures and codes are none."""
        return self.first_day != ""

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day that it counts.

        Raises:
            ValueError: it counts none.
        """
        return date.fromisoformat(self.first_day), date.fromisoformat(self.last_day)

    @property
    def cost(self) -> int:
        """Return epsilon in thousandths; 0: exact."""
        return round(1000 * (self.epsilon or 0))

    def get_dimension(self, name: str) -> Breakdown:
        """Return one of the dimensions.

        Raises:
            StopIteration: it is not broken down by this.
        """
        return next(dimension for dimension in self.dimensions if dimension.id == name)


_OPTIONAL = ("moved", "measures", "reasons", "origin")
_REQUIRED = {"release", "table", "columns", "rows"}
_KEYS = frozenset(field.name for field in fields(Document))


def read_observations(document: Document) -> Iterator[Observation]:
    """Yield the rows of a table of counts; a column that it does not have is empty."""
    positions = {name: place for place, name in enumerate(document.columns)}
    places = [(positions.get(name), blank) for name, blank in _BLANK.items()]
    codes = [(dimension.id, positions[dimension.column]) for dimension in document.dimensions]
    for row in document.rows:
        values = [blank if place is None else row[place] for place, blank in places]
        yield Observation._make((*values, {name: row[place] for name, place in codes}))


def get_total(totals: Document, measure: str) -> int:
    """Return an exact national total from its document: "received" or "concluded"."""
    return next(row.obs_value or 0 for row in read_observations(totals) if row.measure == measure)

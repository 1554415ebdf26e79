"""What the pages of one subject show: comparing, time, outcomes, verdicts, early warning."""

from collections.abc import Sequence

from portal.statistics.catalogue.codelists import NATION, STATUTORY
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    History,
    MeasureKey,
    SourceTable,
    find_newest,
    find_newest_rates,
    find_rate,
    get_labels,
    get_words,
    has_dimension,
    select_along,
    sum_observations,
)
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import Observation
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.signals.funnel_limits import pool_rates
from portal.statistics.site.charts.bars import Bar, stacks
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.figures import alarms
from portal.statistics.site.figures.curves import curve
from portal.statistics.site.figures.funnels import (
    CONFIRMED,
    IN_TIME,
    PER,
    RATE,
    compared,
    funnel_figure,
)
from portal.statistics.site.figures.making import by_region, counts, shares_trend
from portal.statistics.site.figures.overview import FINDINGS, OUTCOMES, confirmed, findings
from portal.statistics.site.figures.texts import count_cells, days_of, measure_name, short

IN_TIME_RATE = MeasureKey("K5", clock=f"{STATUTORY} ")
RATED = ("rated-region", "rated-year-region", "rated-year")
MOST_CHARTS = 24
REVIEWED = ("reopened-region", "reopened-year-region", "reopened-year")


def compare(history: History, language: str) -> list[Figure]:
    """Return how regions compare: reports for each resident, findings, time. Never a ranking."""
    made = [
        funnel_figure(RATE, history, language),
        partly_pooled(history, language),
        funnel_figure(CONFIRMED, history, language),
        funnel_figure(IN_TIME, history, language),
    ]
    return [figure for figure in made if figure]


def partly_pooled(history: History, language: str) -> Figure | None:
    """Return reports for each 100 000 residents, drawn towards the rate of all regions."""
    found = compared(RATE, history, language)
    if found is None:
        return None
    drawn = pool_rates(found.units, found.funnel.noise)
    rows = [
        row._replace(value=PER * one.rate, ci_low=PER * one.low, ci_high=PER * one.high)
        for (_, row), one in zip(found.named, drawn, strict=True)
    ]
    target = PER * found.funnel.target
    rows.append(rows[0]._replace(ref_area=NATION, value=target, ci_low=None, ci_high=None))
    return by_region("pooled", get_word("pooled").get(language), rows, found.quarter, language)


def timeliness(history: History, language: str) -> list[Figure]:
    """Return how long it takes, and whether the limits of the law are kept."""
    made = [
        curve(history, language),
        _trend("in-time", IN_TIME_RATE, history, language),
        _regions("in-time-regions", IN_TIME_RATE, history, language),
        _regions("half-concluded", MeasureKey("K6", "p50"), history, language),
        _regions("acknowledged", MeasureKey("K3", "in_time", "3 "), history, language),
    ]
    return [figure for figure in made if figure]


def outcomes(history: History, language: str) -> list[Figure]:
    """Return how cases ended and what followed."""
    steps = find_newest(history, "sanctions-year")
    reviews = find_newest(history, *REVIEWED)
    made = [
        findings(history, language),
        confirmed(history, language),
        _regions("confirmed-regions", MeasureKey("K9"), history, language),
        _regions("examined-regions", MeasureKey("K10"), history, language),
        counts("sanctions", steps, "sanction", language, shape="ladder") if steps else None,
        _regions("disciplined", MeasureKey("K12", "any"), history, language),
        counts("reviews", reviews, "review", language) if reviews else None,
    ]
    return [figure for figure in made if figure]


def verdicts(history: History, language: str) -> list[Figure]:
    """Return what reporters say of the replies, beside how the bodies ended the cases."""
    made = [
        beside(history, language),
        _trend("formal", MeasureKey("K16", "formal"), history, language),
        _regions("formal-regions", MeasureKey("K16", "formal"), history, language),
        _regions("response", MeasureKey("K16", "response"), history, language),
        _regions("respect", MeasureKey("K17", "yes"), history, language),
    ]
    return [figure for figure in made if figure]


def beside(history: History, language: str) -> Figure | None:
    """Return two bars of parts: how bodies ended the cases, how reporters rate the replies."""
    rated = find_newest(history, *RATED)
    if rated is None:
        return None
    yearly = load().tables[rated.table].period == "year"
    ended = find_newest(
        [one for one in history if one[0] <= rated.quarter],
        *(reversed(FINDINGS) if yearly else FINDINGS),
        *OUTCOMES,
    )
    if ended is None:
        return None
    official = _parts(ended, "finding", language)
    said = _parts(rated, "rating", language)
    titles = [
        f"{get_word(name).get(language)}, {days_of(found.document, language)}"
        for name, found in (("bodies_say", ended), ("reporters_say", rated))
    ]
    drawn = [
        (title, [bar for bar, _ in parts])
        for title, parts in zip(titles, (official, said), strict=True)
    ]
    return Figure(
        name="verdicts",
        shape="stack",
        source=rated.table,
        quarter=rated.quarter,
        title=get_word("verdicts").get(language),
        summary=" ".join(get_words(language, "table_follows", "verdicts_read")),
        note=" ".join(get_words(language, "verdicts_read", "noise_included")),
        header=get_words(language, "series", "number", "likely"),
        rows=tuple(
            (f"{get_word(name).get(language)}: {bar.label}", *count_cells(row, language))
            for name, parts in (("bodies_say", official), ("reporters_say", said))
            for bar, row in parts
        ),
        drawing=stacks(drawn, BAND - 1),
    )


def warnings(history: History, language: str) -> list[Figure]:
    """Return what is higher than expected: an overview, and a chart of each such series.

    The table of the overview names them all; if they are very many, only the first have a chart.
    """
    found = alarms.warned(history)
    overview = alarms.overview(found, language)
    if overview is None:
        return []
    higher = [one for one in found if one.signal.state == "higher"]
    return [overview, *(alarms.chart(one, language) for one in higher[:MOST_CHARTS])]


def _parts(found: SourceTable, name: str, language: str) -> list[tuple[Bar, Observation]]:
    if has_dimension(found.document, name):
        named, rows = get_labels(found.document, name, language), select_along(found.document, name)
    else:
        codes = load().dimensions["finding"].codes
        named = {code.id: code.label.get(language) for code in codes}
        ended = dict(select_along(found.document, "outcome"))
        rows = [(code.id, sum_observations([ended[one] for one in code.members])) for code in codes]
    return [(Bar(named[code], short(row, language), row.obs_value), row) for code, row in rows]


def _regions(name: str, wanted: MeasureKey, history: History, language: str) -> Figure | None:
    found = find_newest_rates(history, wanted)
    if found is None:
        return None
    quarter, rows = found
    title = f"{_named(wanted, language)}: {get_word('by_region').get(language)}"
    return by_region(name, title, rows, quarter, language)


def _trend(name: str, wanted: MeasureKey, history: History, language: str) -> Figure | None:
    """Return a national share over releases, if more than one has it."""
    rows = [(quarter, row) for quarter, one in history if (row := find_rate(one, wanted))]
    if len(rows) < 2:
        return None
    label = _named(wanted, language)
    title = f"{label}: {get_word(by_periods([row for _, row in rows])).get(language)}"
    return shares_trend(name, title, [(label, rows)], language)


def by_periods(rows: Sequence[MeasureRow]) -> str:
    """Return which word says over what these rows go: quarters, years, or both."""
    frequencies = {row.freq for row in rows}
    return (
        {"Q": "by_quarter", "A": "by_year"}[frequencies.pop()]
        if len(frequencies) == 1
        else "by_period"
    )


def _named(wanted: MeasureKey, language: str) -> str:
    return measure_name(wanted.measure, wanted.outcome, wanted.clock, language)

"""Least squares on whole numbers: the nearest ones that are not negative and add up. Pure.

Whole numbers throughout, so every machine finds the same ones.
"""

from collections.abc import Sequence

SCALE = 1 << 20  # parts of one, while numbers are moved
ROUNDS = 200
Grid = list[list[int]]
Bound = tuple[int, int]
Bounds = Sequence[Sequence[Bound]]


def fit_to_total(values: Sequence[int], bounds: Sequence[Bound], total: int) -> list[int]:
    """Return the nearest numbers within their bounds that add up to a total.

    Args:
        values: numbers with noise.
        bounds: least and most of each.
        total: of all.

    Returns:
        Whole numbers; what rounding leaves goes to the largest remainders. If the bounds do not
        allow the total, they are any numbers that are not negative.

    Source: least squares with one sum moves every number by the same amount, as far as its bounds
        let it (Karush-Kuhn-Tucker); the amount by bisection.
    """
    if not sum(low for low, _ in bounds) <= total <= sum(high for _, high in bounds):
        bounds = [(0, total)] * len(values)
    scaled = [value * SCALE for value in values]
    ends = [(low * SCALE, high * SCALE) for low, high in bounds]

    by = _bisect_shift(scaled, ends, total * SCALE)
    moved = [_clamp(value + by, limit) for value, limit in zip(scaled, ends, strict=True)]
    whole = [value // SCALE for value in moved]
    left = total - sum(whole)
    order = sorted(range(len(moved)), key=lambda place: (-(moved[place] % SCALE), place))
    while left:
        for place in order:
            if left and whole[place] < bounds[place][1]:
                whole[place] += 1
                left -= 1
    return whole


def fit_to_margins(
    values: Grid, rows: Sequence[int], columns: Sequence[int], bounds: Bounds | None = None
) -> Grid:
    """Return the nearest table that is not negative and has these sums of rows and columns.

    Args:
        values: numbers with noise, by row.
        rows: the sum of each row.
        columns: the sum of each column; together as much as the rows.
        bounds: least and most of each cell, by row, if more is known than that none is negative.

    Returns:
        Whole numbers.

    Raises:
        ValueError: rows and columns have other totals.

    Source: least squares by its dual, one side at a time (Hildreth 1957); then rounded to the
        largest remainders that rows and columns have room for (Cox 1987, controlled rounding).
    """
    if sum(rows) != sum(columns):
        raise ValueError("rows and columns have other totals")
    if bounds is None:
        bounds = [[(0, sum(rows))] * len(columns)] * len(rows)
    scaled = [[value * SCALE for value in row] for row in values]
    ends = [[(low * SCALE, high * SCALE) for low, high in row] for row in bounds]
    across, down = [0] * len(rows), [0] * len(columns)
    fitted = scaled
    for _ in range(ROUNDS):
        for i, row in enumerate(scaled):
            across[i] = _compute_shift(
                [a + v for a, v in zip(row, down, strict=True)], ends[i], rows[i]
            )
        for j, column in enumerate(zip(*scaled, strict=True)):
            limits = [row[j] for row in ends]
            moved = [a + u for a, u in zip(column, across, strict=True)]
            down[j] = _compute_shift(moved, limits, columns[j])
        fitted = [
            [_clamp(a + u + v, limit) for a, v, limit in zip(row, down, limits, strict=True)]
            for row, u, limits in zip(scaled, across, ends, strict=True)
        ]
        if all(abs(sum(row) - r * SCALE) < SCALE // 2 for row, r in zip(fitted, rows, strict=True)):
            break
    return _round_grid(fitted, rows, columns, bounds)


def _clamp(value: int, limit: Bound) -> int:
    return min(limit[1], max(limit[0], value))


def _bisect_shift(values: Sequence[int], ends: Sequence[Bound], total: int) -> int:
    """Return the most to add so that the numbers within their ends have no more than this total."""
    reach = max(map(abs, values)) + max(high for _, high in ends) + 1
    low, high = -reach, reach
    while high - low > 1:
        by = (low + high) // 2
        pairs = zip(values, ends, strict=True)
        if sum(_clamp(value + by, limit) for value, limit in pairs) <= total:
            low = by
        else:
            high = by
    return low


def _compute_shift(values: Sequence[int], ends: Sequence[Bound], total: int) -> int:
    """Return the same; at once where nothing but zero bounds them."""
    scaled_total, running, by = total * SCALE, 0, 0
    if not all(low == 0 and high >= scaled_total for low, high in ends):
        return _bisect_shift(values, ends, scaled_total)
    ranked = sorted(values, reverse=True)
    if not scaled_total:
        return -ranked[0]
    for number, value in enumerate(ranked, start=1):
        running += value
        by = (scaled_total - running) // number
        if number == len(ranked) or ranked[number] + by <= 0:
            break
    return by


def _round_grid(fitted: Grid, rows: Sequence[int], columns: Sequence[int], bounds: Bounds) -> Grid:
    whole = [[value // SCALE for value in row] for row in fitted]
    rest = [wanted - sum(row) for wanted, row in zip(rows, whole, strict=True)]
    room = [
        wanted - sum(column)
        for wanted, column in zip(columns, zip(*whole, strict=True), strict=True)
    ]
    cells = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    for i, j in sorted(cells, key=lambda cell: (-whole[cell[0]][cell[1]], cell)):
        while whole[i][j] and (rest[i] < 0 or room[j] < 0):
            whole[i][j] -= 1
            rest[i] += 1
            room[j] += 1
    order = sorted(cells, key=lambda cell: (-(fitted[cell[0]][cell[1]] % SCALE), cell))
    bounded = True
    while any(rest):
        before = sum(rest)
        for i, j in order:
            inside = whole[i][j] < bounds[i][j][1] or not bounded
            if rest[i] > 0 and room[j] > 0 and inside:
                whole[i][j] += 1
                rest[i] -= 1
                room[j] -= 1
        bounded = sum(rest) < before  # without progress the sums prevail
    return whole

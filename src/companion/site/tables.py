"""Every measured number of a result: one row for each quantity and arm, means with intervals, then every seed."""

import html
from collections.abc import Iterable

from companion.site.evidence import Evidence
from companion.site.numerals import interval, number, places_for


def means(evidence: Evidence) -> str:
    """The table of means and 95 % intervals, the primary effect first."""
    rows = []
    for quantity, arm, stored in _measurements(evidence):
        places = places_for(stored)
        rows.append(
            f'<tr><th scope="row">{html.escape(quantity)}</th><td>{html.escape(arm)}</td>'
            f'<td class="number">{number(stored["mean"], places)}</td>'
            f'<td class="number">{interval(stored["ci95"], places)}</td><td>{html.escape(stored["unit"])}</td></tr>'
        )
    return _table(("quantity", "arm", "mean", "95&nbsp;% interval", "unit"), rows, numeric=(2, 3))


def seeds(evidence: Evidence) -> str:
    """The table of every seed."""
    assert evidence.result is not None
    names = tuple(f"seed {seed}" for seed in evidence.result.document["seeds"])
    rows = []
    for quantity, arm, stored in _measurements(evidence):
        places = places_for(stored)
        cells = "".join(f'<td class="number">{number(value, places)}</td>' for value in stored["per_seed"])
        rows.append(
            f'<tr><th scope="row">{html.escape(quantity)}</th><td>{html.escape(arm)}</td>{cells}</tr>'
        )
    return _table(("quantity", "arm", *names), rows, numeric=range(2, 2 + len(names)))


def _measurements(evidence: Evidence) -> list[tuple[str, str, dict]]:  # type: ignore[type-arg]
    """(quantity, arm, summary), grouped by quantity; the primary effect's quantity leads."""
    assert evidence.result is not None
    document = evidence.result.document
    split = [
        (key.split(".", 1)[1], key.split(".", 1)[0], stored)
        for key, stored in document["measurements"].items()
    ]
    order = [document["primary"]["effect"], *evidence.experiment.quantities]
    return sorted(split, key=lambda row: order.index(row[0]))


def _table(heads: Iterable[str], rows: list[str], numeric: Iterable[int]) -> str:
    right = set(numeric)
    cells = "".join(
        f'<th scope="col"{" class=number" if place in right else ""}>{head}</th>'
        for place, head in enumerate(heads)
    )
    return f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'

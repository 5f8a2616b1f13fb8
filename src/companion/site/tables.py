"""Every measured number of a result: the means by quantity and arm, then every seed."""

import html
from collections.abc import Mapping
from typing import Any

from companion.site.evidence import Evidence
from companion.site.numerals import interval, number, places_for
from companion.site.phrases import typeset

Arms = dict[str, Mapping[str, Any]]  # arm -> stored summary


def means(evidence: Evidence) -> str:
    """Means and 95 % intervals, a group of rows for each quantity; the declared one leads."""
    groups = []
    for quantity, arms in _by_quantity(evidence).items():
        places = _places(arms)
        described = evidence.experiment.quantities[quantity]
        head = f"<b>{quantity}</b> {typeset(described.meaning)} ({html.escape(described.unit)})"
        rows = "".join(
            f'<tr><th scope="row">{html.escape(arm)}</th><td class="number">{number(stored["mean"], places)}</td>'
            f'<td class="number">{interval(stored["ci95"], places)}</td></tr>'
            for arm, stored in arms.items()
        )
        groups.append(
            f'<tbody><tr><th colspan="3" scope="rowgroup" class="group">{head}</th></tr>{rows}</tbody>'
        )
    heads = _heads("arm", ("mean", "95&nbsp;% interval"))
    return f'<div class="scroll"><table class="measured">{heads}{"".join(groups)}</table></div>'


def seeds(evidence: Evidence) -> str:
    """Every seed, grouped alike."""
    assert evidence.result is not None
    names = [f"seed {seed}" for seed in evidence.result.document["seeds"]]
    groups = []
    for quantity, arms in _by_quantity(evidence).items():
        places = _places(arms)
        rows = "".join(
            f'<tr><th scope="row">{html.escape(arm)}</th>'
            + "".join(f'<td class="number">{number(value, places)}</td>' for value in stored["per_seed"])
            + "</tr>"
            for arm, stored in arms.items()
        )
        head = f'<th colspan="{1 + len(names)}" scope="rowgroup" class="group"><b>{quantity}</b></th>'
        groups.append(f"<tbody><tr>{head}</tr>{rows}</tbody>")
    return (
        f'<div class="scroll"><table class="measured">{_heads("arm", names)}{"".join(groups)}</table></div>'
    )


def _by_quantity(evidence: Evidence) -> dict[str, Arms]:
    """quantity -> arm -> summary, the primary effect's quantity first, then as declared."""
    assert evidence.result is not None
    document = evidence.result.document
    found: dict[str, Arms] = {}
    for key, stored in document["measurements"].items():
        arm, quantity = key.rsplit(".", 1)
        found.setdefault(quantity, {})[arm] = stored
    order = dict.fromkeys([document["primary"]["effect"], *evidence.experiment.quantities])
    return {quantity: found[quantity] for quantity in order if quantity in found}


def _places(arms: Arms) -> int:
    """One number of decimals for a quantity, so that its arms align: that of its first arm, four at most."""
    return min(4, places_for(next(iter(arms.values()))))


def _heads(first: str, numeric: list[str] | tuple[str, ...]) -> str:
    cells = "".join(f'<th scope="col" class="number">{head}</th>' for head in numeric)
    return f'<thead><tr><th scope="col">{first}</th>{cells}</tr></thead>'

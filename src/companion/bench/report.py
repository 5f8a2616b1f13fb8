"""A report is named cases of plain numbers, and numbers beside them; each key ends in its unit, where there is one."""

from collections.abc import Mapping

Numbers = dict[str, float | int]

Report = dict[str, Numbers | float | int]


def rounded(number: float) -> float:
    """Five significant digits: more than a measurement of time deserves."""
    return float(f"{number:.5g}")


def table(report: Report) -> str:
    """The report for a reader at a terminal: a row for each case, a line for each number beside them."""
    cases = {name: numbers for name, numbers in report.items() if isinstance(numbers, dict)}
    beside = [f"{name}: {_printed(value)}" for name, value in report.items() if not isinstance(value, dict)]
    return "\n".join([*_rows(cases), "", *beside])


def _rows(cases: Mapping[str, Numbers]) -> list[str]:
    keys = list(dict.fromkeys(key for numbers in cases.values() for key in numbers))
    first = max(map(len, cases), default=0)
    rows = [[_printed(numbers[key]) if key in numbers else "-" for key in keys] for numbers in cases.values()]
    lines = ["  ".join([" " * first, *keys])]
    for name, row in zip(cases, rows, strict=True):
        lines.append(
            "  ".join(
                [f"{name:{first}}", *(f"{cell:>{len(key)}}" for cell, key in zip(row, keys, strict=True))]
            )
        )
    return lines


def _printed(value: float | int) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"

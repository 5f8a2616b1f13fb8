"""How fast the engines are on this machine: `companion bench ENGINE`. Peers beside them stand in benchmarks/.

search     simulations a second in many games at once, around a network
solver     positions a second, and the time for one position
rollouts   completions a second, sampled alone and in steps of reinforcement learning
world      steps a second of models that learn from conversations, and answers a second
openings   positions to start from, after random moves
timing     works measured in turns, the median of each
peak       what the processor could do, from a measured matrix product
report     numbers as JSON and as a table
record     a comparison with peers, written down for the page that shows it

An engine is a module here, listed in ENGINES, with a function `measure(threads)` that returns a report.
"""

from importlib import import_module

from companion.bench.report import Report, table
from companion.lab.errors import UsageError

__all__ = ["ENGINES", "Report", "measure", "table"]

ENGINES = ("search", "solver", "rollouts", "world")


def measure(engine: str, threads: int) -> Report:
    """Measure one engine; raises UsageError for an engine that is not listed."""
    if engine not in ENGINES:
        raise UsageError(f"There is no engine '{engine}' to measure: choose one of {', '.join(ENGINES)}.")
    report: Report = import_module(f"companion.bench.{engine}").measure(threads=threads)
    return report

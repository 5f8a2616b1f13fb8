"""`{essay-outcome}`, `{essay-map}`, `{verdict-key}` and `{benchmark}`: generated parts of pages."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class EssayMap(SphinxDirective):
    """```{essay-map}```: the essay's sections and claims with their verdicts."""

    def run(self) -> list[nodes.Node]:
        """The map as raw HTML."""
        from companion.site.front import drawn_map  # loads the laboratory, which takes seconds

        return [nodes.raw("", drawn_map(), format="html")]


class EssayOutcome(SphinxDirective):
    """```{essay-outcome}```: how many verdicts of each kind, and what went against the essay first."""

    def run(self) -> list[nodes.Node]:
        """The outcome as raw HTML."""
        from companion.site.outcome import drawn_outcome

        return [nodes.raw("", drawn_outcome(), format="html")]


class VerdictKey(SphinxDirective):
    """```{verdict-key}```: every sign with its meaning."""

    def run(self) -> list[nodes.Node]:
        """The key as raw HTML."""
        from companion.site.front import verdict_key

        return [nodes.raw("", verdict_key(), format="html")]


class Benchmark(SphinxDirective):
    """```{benchmark} RECORD TABLE```: a table of a recorded benchmark; without TABLE, what it was measured on."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table or the sentence as raw HTML; the page is built again when the record moves."""
        from companion.site.benchmarks import drawn_machine, drawn_table, path_of

        name, *table = self.arguments
        self.env.note_dependency(str(path_of(name)))
        drawn = drawn_table(name, *table) if table else f"<p>{drawn_machine(name)}</p>"
        return [nodes.raw("", drawn, format="html")]

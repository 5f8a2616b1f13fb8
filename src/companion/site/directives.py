"""`{essay-map}` and `{verdict-key}`: generated parts of pages."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class EssayMap(SphinxDirective):
    """```{essay-map}```: the essay's sections and claims with their verdicts."""

    def run(self) -> list[nodes.Node]:
        """The map as raw HTML."""
        from companion.site.front import drawn_map  # loads the laboratory, which takes seconds

        return [nodes.raw("", drawn_map(), format="html")]


class VerdictKey(SphinxDirective):
    """```{verdict-key}```: every sign with its meaning."""

    def run(self) -> list[nodes.Node]:
        """The key as raw HTML."""
        from companion.site.front import verdict_key

        return [nodes.raw("", verdict_key(), format="html")]

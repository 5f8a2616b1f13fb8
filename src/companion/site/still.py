"""What a widget leaves on the static page: its HTML face where it has one, and otherwise nothing.

Progress bars and bare widgets would leave their textual description there, which says nothing to a reader.
"""

from docutils import nodes
from sphinx.application import Sphinx

_WIDGET = "application/vnd.jupyter.widget-view+json"


def drop_faceless(app: Sphinx, doctree: nodes.document) -> None:
    """On doctree-read: remove the outputs of widgets that have no HTML."""
    for bundle in list(doctree.findall(_is_bundle)):
        kinds = {child.get("mime_type") for child in bundle.children if isinstance(child, nodes.Element)}
        if _WIDGET in kinds and "text/html" not in kinds:
            bundle.parent.remove(bundle)


def _is_bundle(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"

"""A widget shows its HTML face on the page, or nothing."""

from unittest.mock import Mock

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx

from companion.site.still import drop_faceless

WIDGET = "application/vnd.jupyter.widget-view+json"


def bundle(*kinds: str) -> nodes.container:
    faces = [nodes.container("", nodes.paragraph("", kind), mime_type=kind) for kind in kinds]
    return nodes.container("", *faces, nb_element="mime_bundle")


def test_only_faceless_widgets_go():
    page = new_document("page")
    stays = [bundle(WIDGET, "text/html", "text/plain"), bundle("text/plain")]
    page.extend([stays[0], bundle(WIDGET, "text/plain"), stays[1]])
    drop_faceless(Mock(spec=Sphinx), page)
    assert page.children == stays

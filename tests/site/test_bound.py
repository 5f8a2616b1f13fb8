"""The book bound as one page: chapters within parts, anchors that do not collide, links that stay inside."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx

from companion.site import bound
from companion.site.contents import Page, Part

PARTS = [Part("Chapters", (Page("chapters/one", "One"), Page("chapters/two", "Two")), open=True)]


def section(title: str, id: str, *inner: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *inner, ids=[id])


def link(to: str, kind: str = "refuri") -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.reference("", "there", internal=True, **{kind: to}))


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(bound, "parts", lambda *which: PARTS)
    app = Mock(spec=Sphinx, env=SimpleNamespace(all_docs={"index", "chapters/one", "chapters/two"}))
    app.builder, app.config = SimpleNamespace(name="singlehtml"), SimpleNamespace(root_doc="index")
    return app


def assembled() -> nodes.document:
    """What Sphinx hands over: the chapters inside the front page, each with an anchor "sources"."""
    one = section("One", "one", section("Sources", "sources"), link("sources", "refid"))
    two = section(
        "Two", "two", section("Sources", "sources"), link("#document-chapters/one#sources"), link("#sources")
    )
    files = [
        addnodes.start_of_file("", chapter, docname=f"chapters/{name}")
        for name, chapter in (("one", one), ("two", two))
    ]
    page = new_document("index")
    page += section(
        "Book", "book", link("#document-index#book"), nodes.compound("", *files, classes=["toctree-wrapper"])
    )
    return page


def test_chapters_stand_within_their_part_and_after_the_front_page(app):
    page = assembled()
    bound.bind(app, page, "index")
    front, part = page.children
    assert [title.astext() for title in front.findall(nodes.title)] == ["Book"]
    assert [title.astext() for title in part.findall(nodes.title)] == [
        "Chapters",
        "One",
        "Sources",
        "Two",
        "Sources",
    ]
    assert part.children[1]["ids"] == ["chapters-one--one", "document-chapters/one"]
    assert not list(page.findall(addnodes.start_of_file))


def test_every_link_leads_to_its_own_anchor(app):
    page = assembled()
    bound.bind(app, page, "index")
    ids = [id for node in page.findall(nodes.Element) for id in node.get("ids", ())]
    assert len(ids) == len(set(ids))
    leads = [node.get("refuri") or f"#{node['refid']}" for node in page.findall(nodes.reference)]
    assert leads == ["#book", "#chapters-one--sources", "#chapters-one--sources", "#chapters-two--sources"]
    assert {lead.removeprefix("#") for lead in leads} <= set(ids)


def test_the_ordinary_site_is_left_alone(app):
    app.builder.name = "html"
    page = assembled()
    before = page.pformat()
    bound.bind(app, page, "index")
    assert page.pformat() == before
    assert bound.lay_out(app, "index", "page.html", {}, None) is None


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ('<a href="../index.html#c1-2">C</a>', '<a href="#c1-2">C</a>'),
        ('<a class="x" href="chapters/one.html">O</a>', '<a class="x" href="#document-chapters/one">O</a>'),
        ('<a href="../chapters/one.html#sources">S</a>', '<a href="#chapters-one--sources">S</a>'),
        ('<a href="../results/x/full.json" download>f</a>', "<a>f</a>"),
        ('<a href="https://example.org/a.html">e</a>', '<a href="https://example.org/a.html">e</a>'),
        ('<a href="#here">h</a>', '<a href="#here">h</a>'),
    ],
)
def test_addresses_of_pages_become_places_in_the_book(app, written, right):
    assert bound.inside(written, app.env.all_docs, "index") == right


def test_a_live_piece_gives_way_to_its_still():
    body = (
        '<div data-live="bandit"><p>With scripts on, this is a bandit.</p><table></table>'
        '<script type="application/json">{"weights": "AAAA"}</script></div>'
        '<script type="text/plain" data-shared="net">BBBB</script>'
    )
    assert (
        bound.stills(body)
        == '<div data-live="bandit"><p>In the browser, this is a bandit.</p><table></table></div>'
    )


def test_the_page_is_set_for_paper_with_mathematics_alone(app):
    script = SimpleNamespace(filename="_static/companion/mathjax/tex-chtml.js", attributes={})
    other = SimpleNamespace(filename="_static/companion/book.js", attributes={})
    context = {"body": '<a href="chapters/one.html">O</a>', "script_files": [script, other]}
    assert bound.lay_out(app, "index", "page.html", context, None) == "paper.html"
    assert context["mathematics"] == [script]
    assert context["contents"] == PARTS
    assert "#document-chapters/one" in context["body"]

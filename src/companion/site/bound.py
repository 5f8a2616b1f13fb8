"""The book bound as one page, from which it is printed: parts, chapters within them, links that stay inside.

Sphinx's builder `singlehtml` puts all documents where the tables of contents stand, under one heading, and lets equal
anchors of different documents collide. Here each document becomes a chapter of its part, its anchors get its name in
front, and what needs a browser gives way to its still.
"""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from companion.site.contents import Part, parts

BUILDER = "singlehtml"
_LINK = re.compile(r'<a\b(?P<before>[^>]*?)\shref="(?P<to>[^"]*)"(?P<after>[^>]*)>')
_LIVE = re.compile(
    r'<script type="(application/json|text/plain|application/vnd\.[^"]*)"[^>]*>.*?</script>', re.DOTALL
)


def bind(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On doctree-resolved, with all documents in one tree: give it the order of a book."""
    files = {node["docname"]: node for node in doctree.findall(addnodes.start_of_file)}
    if app.builder.name != BUILDER or not files:
        return
    root = app.config.root_doc
    _keep_inside(doctree, root)
    for name, file in files.items():
        _prefix(file, prefix(name))
    _chapter(doctree, root)
    for part in parts(app.env, root, root):
        section = nodes.section("", nodes.title("", part.caption), ids=[_part_id(part)], classes=["part"])
        for page in part.pages:
            _chapter(files[page.docname], page.docname)
            section += files[page.docname].children
        doctree += section
    for emptied in [node for node in doctree.findall(nodes.compound) if "toctree-wrapper" in node["classes"]]:
        emptied.parent.remove(emptied)


def prefix(docname: str) -> str:
    """What stands before the anchors of a document."""
    return docname.replace("/", "-") + "--"


def _part_id(part: Part) -> str:
    return "part-" + nodes.make_id(part.caption)


def _chapter(within: nodes.Element, docname: str) -> None:
    """Mark the document's first section, and let links to the document lead to it."""
    section = next(iter(within.findall(nodes.section)))
    section["classes"].append("doc")
    section["ids"].append(f"document-{docname}")


def _keep_inside(doctree: nodes.document, root: str) -> None:
    """References to an anchor of a document: Sphinx writes "#document-name#anchor"."""
    for reference in doctree.findall(nodes.reference):
        found = re.fullmatch(r"#document-([^#]+)#(.+)", reference.get("refuri", ""))
        if found:
            reference["refuri"] = f"#{found[2]}" if found[1] == root else f"#{prefix(found[1])}{found[2]}"


def _prefix(file: nodes.Element, name: str) -> None:
    """Every anchor of a document, and what refers to it there."""
    own = {id for node in file.findall(nodes.Element) for id in node.get("ids", ())}
    for node in file.findall(nodes.Element):
        for kind in ("ids", "backrefs"):
            if node.get(kind):
                node[kind] = [name + id if id in own else id for id in node[kind]]
        if node.get("refid") in own:
            node["refid"] = name + node["refid"]
        if node.get("refuri", "").removeprefix("#") in own:
            node["refuri"] = f"#{name}{node['refuri'].removeprefix('#')}"


def lay_out(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> str | None:
    """On html-page-context: the template for paper, and a body in which nothing waits for a browser."""
    if app.builder.name != BUILDER:
        return None
    root = app.config.root_doc
    context["body"] = stills(inside(context["body"], set(app.env.all_docs), root))
    context["contents"] = parts(app.env, root, root)
    context["mathematics"] = [script for script in context["script_files"] if "mathjax" in _described(script)]
    return "paper.html"


def stills(body: str) -> str:
    """Live pieces as what stands there without scripts: their data go, and the sentence that announces them changes."""
    return _LIVE.sub("", body).replace("<p>With scripts on, this is", "<p>In the browser, this is")


def inside(body: str, documents: set[str], root: str) -> str:
    """Links that were written as addresses of pages lead to places in the book; those to files are plain text."""

    def mended(found: re.Match[str]) -> str:
        to = found["to"]
        if not re.match(r"#|https?:|mailto:", to):
            path, _, place = to.partition("#")
            name = re.sub(r"^(\.\./)+|\.html$", "", path)
            if name not in documents or not path.endswith(".html"):
                return "<a>"
            to = f"#{place if name == root else prefix(name) + place}" if place else f"#document-{name}"
        return f'<a{found["before"]} href="{to}"{found["after"]}>'

    return _LINK.sub(mended, body)


def _described(script: Any) -> str:
    return (
        f"{getattr(script, 'filename', '') or ''} {getattr(script, 'attributes', {}).get('body', '')}".lower()
    )

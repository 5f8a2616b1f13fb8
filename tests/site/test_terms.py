"""The index of terms: which section of a chapter a word is looked up in."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from companion.site.terms import Place, main_place, pattern


@pytest.mark.parametrize(
    ("term", "text", "times"),
    [
        ("prior", "The prior. Priors differ; a priory does not, nor the\nPRIOR-to.", 3),
        ("visit counts", "visit\n counts, visit count, revisit counts", 1),
        ("RL²", "RL² is one, RL another", 1),
        ("pass@k", "pass@k and pass@kk", 1),
    ],
)
def test_a_term_is_a_word_of_its_own(term: str, text: str, times: int) -> None:
    assert len(pattern(term).findall(text)) == times


def section(id: str, *texts: str) -> nodes.section:
    paragraphs = [nodes.paragraph("", text) for text in texts]
    return nodes.section("", nodes.title("", id.capitalize()), *paragraphs, ids=[id])


def test_a_chapter_is_opened_where_it_uses_the_term_most() -> None:
    page = new_document("page")
    chapter, first, second = section("chapter", "search"), section("first", "search"), section("second")
    second += nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "search and more search")))
    second += nodes.literal_block("", "search search search search")
    chapter += [first, second, section("sources", "search, search, search, search")]
    page += chapter
    assert main_place(page, "search") == Place("Second", "second", 2)
    assert main_place(page, "more") is None  # named once
    assert main_place(page, "nothing") is None

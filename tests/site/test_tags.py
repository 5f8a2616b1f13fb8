"""Reference managers find a report with a number, and no invented address."""

from html.parser import HTMLParser

from companion.lab.cite import Reference
from companion.site.tags import metatags


def reference(address=None) -> Reference:
    return Reference(
        id="clocks-sample",
        version=2,
        title='A title with "quotes" & signs',
        authors=("Doe, Jane", "Roe, Richard"),
        book="The book",
        date="2026-11-23",
        commit="0123abc",
        result_sha256="ff" * 32,
        address=address,
    )


def tags(address=None) -> list[tuple[str, str]]:
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag == "meta"
            found.append((dict(attrs)["name"], dict(attrs)["content"]))

    Reader().feed(metatags(reference(address)))
    return found


def test_an_experiment_is_a_report_with_a_number():
    found = tags()
    assert ("citation_title", 'A title with "quotes" & signs') in found
    assert [value for name, value in found if name == "citation_author"] == ["Doe, Jane", "Roe, Richard"]
    assert ("citation_publication_date", "2026/11/23") in found
    assert ("citation_technical_report_number", "clocks-sample v2") in found
    assert ("citation_technical_report_institution", "The book") in found


def test_without_an_address_the_result_is_still_identified():
    found = dict(tags())
    assert "citation_public_url" not in found
    for fact in ("clocks-sample", "version 2", "0123abc", "ff" * 32):
        assert fact in found["DC.identifier"]


def test_the_address_is_tagged_once_it_is_known():
    assert dict(tags("the-address"))["citation_public_url"] == "the-address"

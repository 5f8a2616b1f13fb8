"""Reading a PDF's pages, outline and places, from a file written by hand."""

import pytest

from companion.site.printed import Entry, Printed

OBJECTS = [
    "<</Type /Catalog\n/Pages 2 0 R\n/Dests 9 0 R\n/Outlines 6 0 R>>",
    "<</Type /Pages\n/Count 3\n/Kids [3 0 R 10 0 R]>>",
    "<</Type /Pages\n/Kids [4 0 R 5 0 R]>>",
    "<</Type /Page\n/Parent 3 0 R>>",
    "<</Type /Page\n/Parent 3 0 R>>",
    "<</Type /Outlines\n/First 7 0 R\n/Last 7 0 R>>",
    "<</Title <FEFF0054007700F6>\n/Dest [5 0 R /XYZ 6 827.6 0]\n/First 8 0 R\n/Last 8 0 R>>",
    "<</Title (A \\(b\\) \\\\ c)\n/Dest [10 0 R /XYZ 6 12 0]\n/Parent 7 0 R>>",
    "<</one [5 0 R /XYZ 6 827.6 0]\n/chapters#2Ftwo [10 0 R /XYZ 6 12 0]>>",
    "<</Type /Page\n/Parent 2 0 R>>",
]


def pdf() -> bytes:
    data, offsets = b"%PDF-1.4\n", [0]
    for number, text in enumerate(OBJECTS, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(data)
    entries = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<</Size {len(offsets)}\n/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    return data + f"xref\n0 {len(offsets)}\n{entries}{trailer}".encode()


def test_pages_are_counted_through_the_tree():
    assert Printed(pdf()).pages == 3


def test_the_outline_is_read_in_order_with_levels_and_pages():
    assert Printed(pdf()).outline() == [Entry("Twö", 1, 2), Entry("A (b) \\ c", 2, 3)]


def test_places_are_named_as_the_anchors_are():
    assert Printed(pdf()).places() == {"one": 2, "chapters/two": 3}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"<html></html>"])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ValueError, match="no PDF"):
        Printed(data)

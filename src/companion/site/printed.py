"""What a PDF that Chromium printed says about itself: its pages, its outline, and where its named places lie.

Chromium writes the objects of a PDF in the open and compresses only what is drawn. This reads such files, not PDFs in
general (ISO 32000-1, sections 7.5 and 12.3).
"""

import re
from dataclasses import dataclass

_REFERENCE = rb"(\d+) 0 R"


@dataclass(frozen=True)
class Entry:
    """A line of the outline."""

    title: str
    level: int  # 1 for the outermost
    page: int  # counted from 1


class Printed:
    """The bytes of a PDF, read by object; ValueError where the file is not of the kind."""

    def __init__(self, data: bytes) -> None:
        start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)
        if start is None:
            raise ValueError("this is no PDF that ends as one should")
        table = data[int(start[1]) :]
        offsets = [int(entry) for entry in re.findall(rb"(\d{10}) \d{5} [nf]", table)]
        self._data, self._offsets = data, offsets
        self._catalog = self._object(self._to(rb"/Root", table))
        self._pages = self._leaves(self._to(rb"/Pages", self._catalog))

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def places(self) -> dict[str, int]:
        """The page of every place that a link of the file leads to, by the anchor's name."""
        if b"/Dests" not in self._catalog:
            return {}
        found = re.findall(
            rb"/([^\s/\[\]<>()]+) \[" + _REFERENCE, self._object(self._to(rb"/Dests", self._catalog))
        )
        return {_name(name): self._page(int(page)) for name, page in found}

    def outline(self) -> list[Entry]:
        """The outline in the order of reading."""
        if b"/Outlines" not in self._catalog:
            return []
        return self._entries(self._object(self._to(rb"/Outlines", self._catalog)), 1)

    def _entries(self, parent: bytes, level: int) -> list[Entry]:
        found: list[Entry] = []
        here = re.search(rb"/First " + _REFERENCE, parent)
        while here is not None:
            item = self._object(int(here[1]))
            page = re.search(rb"/Dest \[" + _REFERENCE, item)
            found.append(Entry(_title(item), level, self._page(int(page[1])) if page else 0))
            found += self._entries(item, level + 1)
            here = re.search(rb"/Next " + _REFERENCE, item)
        return found

    def _object(self, number: int) -> bytes:
        start = self._offsets[number]
        return self._data[start : self._data.index(b"endobj", start)]

    def _to(self, key: bytes, within: bytes) -> int:
        found = re.search(key + rb" " + _REFERENCE, within)
        if found is None:
            raise ValueError(f"the PDF has no {key.decode()}")
        return int(found[1])

    def _leaves(self, number: int) -> list[int]:
        """The pages below a node of the tree of pages, by their objects' numbers."""
        node = self._object(number)
        if b"/Kids" not in node:
            return [number]
        kids = re.search(rb"/Kids \[([^\]]*)\]", node)
        return [
            leaf
            for kid in re.findall(_REFERENCE, kids[1] if kids else b"")
            for leaf in self._leaves(int(kid))
        ]

    def _page(self, number: int) -> int:
        return self._pages.index(number) + 1


def _name(raw: bytes) -> str:
    """A name object: "#2F" stands for a slash."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), raw).decode(
        "utf-8", "replace"
    )


def _title(item: bytes) -> str:
    """The title of an outline item: UTF-16 in hexadecimal, or characters in parentheses."""
    if found := re.search(rb"/Title <FEFF([0-9A-Fa-f]*)>", item):
        return bytes.fromhex(found[1].decode()).decode("utf-16-be")
    found = re.search(rb"/Title \(((?:\\.|[^\\)])*)\)", item, re.DOTALL)
    return re.sub(rb"\\(.)", rb"\1", found[1]).decode("latin-1") if found else ""

"""Citations of one experiment: BibTeX, RIS, CSL JSON, plain text.

An experiment is cited as a report whose number is its permanent id. The book's title and authors come from
CITATION.cff, its address from `html.baseurl` in _config.yml; while that is empty no address is invented, and the
citation carries id, version, commit and the result's hash instead.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import yaml

from companion.lab import paths, store
from companion.lab.errors import UsageError
from companion.lab.experiment import Experiment


@dataclass(frozen=True)
class Reference:
    """What every citation format says of one experiment."""

    id: str
    version: int
    title: str
    authors: tuple[str, ...]
    book: str
    date: str  # year-month-day of the measurement; of the book's release where nothing was measured
    commit: str | None
    result_sha256: str | None
    address: str | None

    @property
    def note(self) -> str:
        """The facts that identify the result where there is no address."""
        facts = [f"experiment {self.id}, version {self.version}"]
        facts += [f"commit {self.commit}"] if self.commit else []
        facts += [f"result sha256 {self.result_sha256}"] if self.result_sha256 else ["not yet measured"]
        return ", ".join(facts)


@cache
def _book() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return loaded


def book_authors() -> tuple[str, ...]:
    """The authors, as CITATION.cff names them."""
    authors = _book()["authors"]
    assert isinstance(authors, list)
    return tuple(a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in authors)


def book_title() -> str:
    """The book's title, as CITATION.cff has it."""
    return str(_book()["title"])


def public_address() -> str | None:
    """Where the built book is published; None while that is not known."""
    config = yaml.safe_load((paths.ROOT / "_config.yml").read_text(encoding="utf-8"))
    return (config.get("html") or {}).get("baseurl") or None


def reference(experiment: Experiment) -> Reference:
    """The facts to cite an experiment by."""
    path = paths.result_folder(experiment.id, experiment.version) / "full.json"
    result = store.load(experiment.id, experiment.version)
    provenance = result.document["provenance"] if result else {}
    base = public_address()
    return Reference(
        id=experiment.id,
        version=experiment.version,
        title=experiment.title,
        authors=book_authors(),
        book=book_title(),
        date=str(provenance.get("started") or _book()["date-released"])[:10],
        commit=provenance.get("commit"),
        result_sha256=store.sha256(path.read_bytes()) if result else None,
        address=f"{base.rstrip('/')}/experiments/{experiment.id}.html" if base else None,
    )


def _bibtex(r: Reference) -> str:
    fields = {
        "author": " and ".join(f"{{{author}}}" for author in r.authors),
        "title": f"{{{r.title}}}",
        "institution": r.book,
        "number": f"{r.id} v{r.version}",
        "type": "Experiment",
        "year": r.date[:4],
        "note": r.note,
        **({"url": r.address} if r.address else {}),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@techreport{{companion-{r.id}-v{r.version},", *lines, "}"])


def _ris(r: Reference) -> str:
    pairs = [("TY", "RPRT"), *(("AU", author) for author in r.authors), ("TI", r.title), ("PB", r.book)]
    pairs += [
        ("SN", f"{r.id} v{r.version}"),
        ("PY", r.date[:4]),
        ("DA", r.date.replace("-", "/")),
        ("N1", r.note),
    ]
    pairs += [("UR", r.address)] if r.address else []
    return "\n".join(f"{tag}  - {value}" for tag, value in [*pairs, ("ER", "")])


def _csl(r: Reference) -> str:
    item: dict[str, object] = {
        "id": f"companion-{r.id}-v{r.version}",
        "type": "report",
        "title": r.title,
        "author": [{"literal": author} for author in r.authors],
        "publisher": r.book,
        "number": f"{r.id} v{r.version}",
        "issued": {"date-parts": [[int(part) for part in r.date.split("-")]]},
        "note": r.note,
        **({"URL": r.address} if r.address else {}),
    }
    return json.dumps([item], indent=1, ensure_ascii=False)


def _text(r: Reference) -> str:
    end = f" {r.address}" if r.address else ""
    return f"{', '.join(r.authors)} ({r.date[:4]}). {r.title}. {r.book}: {r.note}.{end}"


FORMATS: dict[str, Callable[[Reference], str]] = {"bibtex": _bibtex, "ris": _ris, "csl": _csl, "text": _text}


def cite(experiment: Experiment, format: str = "text") -> str:
    """The citation of an experiment in one of FORMATS."""
    if format not in FORMATS:
        raise UsageError(f"There is no citation format '{format}'; there are {', '.join(FORMATS)}.")
    return FORMATS[format](reference(experiment))

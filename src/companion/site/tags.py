"""What reference managers read on an experiment's page: Highwire tags that describe a report with a number."""

import html
from typing import Any

from companion.lab import cite, registry
from companion.lab.cite import Reference


def metatags(reference: Reference) -> str:
    """The tags of one experiment. Without a public address they carry id, version, commit and result hash instead."""
    pairs = [("citation_title", reference.title)]
    pairs += [("citation_author", author) for author in reference.authors]
    pairs += [
        ("citation_publication_date", reference.date.replace("-", "/")),
        ("citation_technical_report_institution", reference.book),
        ("citation_technical_report_number", f"{reference.id} v{reference.version}"),
        ("citation_language", "en"),
        ("DC.identifier", reference.note),
    ]
    if reference.address:
        pairs.append(("citation_public_url", reference.address))
    return "\n".join(
        f'<meta name="{name}" content="{html.escape(value, quote=True)}">' for name, value in pairs
    )


def add(pagename: str, context: dict[str, Any]) -> None:
    """Tag the page of an experiment."""
    reference = cite.reference(registry.get(pagename.removeprefix("experiments/")))
    context["metatags"] = context.get("metatags", "") + "\n" + metatags(reference)

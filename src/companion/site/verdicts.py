"""The sign and word of a verdict. Shape and word tell them apart; color only helps."""

from companion.site.evidence import Standing

_SIGNS: dict[Standing, str] = {
    "supported": '<circle class="solid" cx="10" cy="10" r="8.2" fill="currentColor"/>'
    '<path class="cut" d="M6.2 10.4l2.6 2.6 5-5.6" stroke="var(--tt-paper, #fff)"/>',
    "refuted": '<path class="solid" d="M10 1.2L18.8 10 10 18.8 1.2 10z" fill="currentColor"/>'
    '<path class="cut" d="M7.4 7.4l5.2 5.2m0-5.2l-5.2 5.2" stroke="var(--tt-paper, #fff)"/>',
    "inconclusive": '<circle cx="10" cy="10" r="7.6"/>'
    '<path class="solid" d="M10 2.4a7.6 7.6 0 0 0 0 15.2z" fill="currentColor"/>',
    "declared": '<circle cx="10" cy="10" r="7.6"/><circle class="solid" cx="10" cy="10" r="1.6" fill="currentColor"/>',
    "stale": '<path d="M10 2.2L18.6 17.2H1.4z"/><path d="M10 8v4.2M10 14.7v.1"/>',
    "open": '<circle cx="10" cy="10" r="7.6" stroke-dasharray="1.6 3.2"/>',
}

MEANING: dict[Standing, str] = {
    "supported": "the whole interval lies where the declaration said it must",
    "refuted": "the whole interval lies on the other side of the margin",
    "inconclusive": "the interval includes the margin",
    "declared": "the criterion is fixed and committed; nothing has been measured yet",
    "stale": "the code has moved since the measurement and no rerun has confirmed it",
    "open": "no experiment has been declared for it yet",
}


def sign(standing: Standing) -> str:
    """The sign alone, as inline SVG; it says nothing to a screen reader."""
    return (
        f'<svg class="sign-{standing}" viewBox="0 0 20 20" width="16" height="16" fill="none" stroke="currentColor" '
        f'stroke-width="1.8" aria-hidden="true">{_SIGNS[standing]}</svg>'
    )


def badge(standing: Standing) -> str:
    """The verdict as inline HTML."""
    return (
        f'<span class="verdict verdict-{standing}" title="{standing}: {MEANING[standing]}">'
        f"{sign(standing)}{standing}</span>"
    )

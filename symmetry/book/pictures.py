"""Where the figures stand: each beside the first of the theorems that it illustrates, the ledger's on the contents page."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from symmetry.evidence.record import Record

LEDGER = "ledger"
"""Where the figure of a record stands."""


def figures_by_place(
    ids: Mapping[str, object], record: Record | None, progress: Callable[[str], None]
) -> dict[str, list[Markup]]:
    """The figures by the id of the theorem that they stand at.

    Args:
        ids: the theorems and claims of the book, by id.
        record: the record of a run to draw, or None.
        progress: is called with what is being drawn, and with what cannot be drawn because a package is missing.
    """
    from symmetry.book.figures import BESIDE, FIGURES, DigitsMissing, evidence_ledger

    placed: dict[str, list[Markup]] = {}
    for name, places in BESIDE.items():
        place = next((id for id in places if id in ids), None)
        if place is None:
            continue
        progress(f"drawing {name.replace('_', ' ')}")
        try:
            placed.setdefault(place, []).append(_framed(FIGURES[name]()))
        except DigitsMissing as error:
            progress(f"without the figure {name.replace('_', ' ')}: {error}")
    if record is not None:
        progress("drawing the ledger")
        placed[LEDGER] = [_framed(evidence_ledger(record))]
    return placed


def _framed(picture) -> Markup:
    """A picture under its anchor, with its caption. What it shows is in the picture's own title and description."""
    from symmetry.book.figures import svg_of

    return Markup(
        '<figure id="{}"><div class="picture" tabindex="0" role="group" aria-label="{}">{}</div>'
        "<figcaption>{}</figcaption></figure>"
    ).format(picture.name, picture.title, Markup(svg_of(picture)), picture.caption)

"""Where the figures stand: each beside the first of the theorems that it illustrates, and drawn once."""

from collections.abc import Callable, Mapping

from markupsafe import Markup


def drawn(ids: Mapping[str, object], progress: Callable[[str], None]) -> dict[str, list[Markup]]:
    """The figures of the theorems that have one, by id; what cannot be drawn here is left out, and said."""
    try:
        from symmetry.book import figures
    except ImportError:
        return {}
    placed: dict[str, list[Markup]] = {}
    for name, places in figures.BESIDE.items():
        place = next((id for id in places if id in ids), None)
        if place is None:
            continue
        progress(f"drawing {name.replace('_', ' ')}")
        placed.setdefault(place, []).append(_framed(figures.FIGURES[name](), figures.svg_of))
    return placed


def _framed(picture, svg_of) -> Markup:
    return Markup('<figure id="{}"><div class="picture">{}</div><figcaption>{}</figcaption></figure>').format(
        picture.name, Markup(svg_of(picture)), picture.caption
    )

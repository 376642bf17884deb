"""Pictures: a matplotlib figure with its caption and a text for those who do not see it, and how it becomes a file."""

import functools
import io
import re
from collections.abc import Callable
from typing import ParamSpec
from xml.sax.saxutils import escape

import matplotlib
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
"""The palette of Okabe and Ito, which the colour-blind tell apart."""

GREY = "#595959"
"""For remarks; 7:1 against white."""

WIDTH = 6.4
"""Inches: a column of text."""

STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.fonttype": "path",  # so that text looks the same wherever fonts differ
}


def plain_style():
    """A context in the book's style, whatever matplotlib's settings are; it leaves them as they were."""
    return matplotlib.style.context(["default", STYLE])


Given = ParamSpec("Given")


def drawn(draw: Callable[Given, "Picture"]) -> Callable[Given, "Picture"]:
    """Makes a figure function draw in the book's style, and lays out what it drew once and for all."""

    @functools.wraps(draw)
    def drawn_plainly(*args: Given.args, **options: Given.kwargs) -> "Picture":
        with plain_style():
            picture = draw(*args, **options)
            picture.draw_without_rendering()
            picture.set_layout_engine("none")  # a second layout would move things by a hair
        return picture

    return drawn_plainly


class Picture(Figure):
    """A figure that says what it shows.

    Attributes:
        name: what tells it from the other figures, a Python name.
        title: what is to be seen, in a line.
        caption: what was computed and how, seeds included.
        alternative: what a reader who does not see the picture should know.
    """

    def __init__(self, name: str, title: str, caption: str, alternative: str, height: float):
        super().__init__(figsize=(WIDTH, height), layout="constrained", facecolor="white")
        self.name, self.title, self.caption, self.alternative = name, title, caption, alternative
        self.suptitle(title, x=0.01, ha="left")

    def panels(self, rows: int = 1, columns: int = 1, **options) -> list[Axes]:
        """Axes in reading order; the options are those of `Figure.subplots`."""
        return list(self.subplots(rows, columns, squeeze=False, **options).ravel())

    def _repr_svg_(self) -> str:
        return svg_of(self)


def svg_of(picture: Picture) -> str:
    """The picture as an `<svg>` element, the same text whenever the same version of matplotlib draws it.

    Letters are paths. Title and alternative text are in it for screen readers, and every id begins with the picture's
    name, so that several fit on one page.
    """
    file = io.StringIO()
    with plain_style(), matplotlib.rc_context({"svg.hashsalt": picture.name}):
        picture.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = file.getvalue()
    text = re.sub(r"<!--.*?-->\n?", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{picture.name}-", text)
    # so that it does not style the whole page
    head, rest = text.replace("*{stroke", f"#{picture.name}-figure_1 *{{stroke", 1).split(">", 1)
    title, description = f"{picture.name}-title", f"{picture.name}-description"
    return (
        f'{head} role="img" aria-labelledby="{title}" aria-describedby="{description}">\n'
        f' <title id="{title}">{escape(picture.title)}</title>\n'
        f' <desc id="{description}">{escape(picture.alternative)}</desc>{rest}'
    )


PIXELS_PER_INCH = 200


def _png_of(picture: Picture) -> bytes:
    given = {"Software": None, "Title": picture.title, "Description": picture.alternative}
    return _saved(picture, format="png", dpi=PIXELS_PER_INCH, metadata=given)


def _pdf_of(picture: Picture) -> bytes:
    given = {"Creator": None, "Producer": None, "CreationDate": None}
    return _saved(picture, format="pdf", metadata=given | {"Title": picture.title, "Subject": picture.alternative})


def _saved(picture: Picture, **options) -> bytes:
    file = io.BytesIO()
    with plain_style():
        picture.savefig(file, **options)
    return file.getvalue()


FORMATS: dict[str, Callable[[Picture], bytes]] = {
    ".svg": lambda picture: svg_of(picture).encode(),
    ".png": _png_of,
    ".pdf": _pdf_of,
}
"""The contents of a file of a picture, by the end of its name."""

"""The graph as a picture: a band for each chapter, and further right what rests on more; edges go from left to right."""

from collections.abc import Mapping, Sequence
from html import escape

from symmetry.graph.dependencies import EVIDENCE, Dependencies
from symmetry.statements.ids import chapter_and_number
from symmetry.wording import count

STEP, ROW, WIDTH, HEIGHT, MARGIN, TOP = 128, 26, 86, 19, 14, 58
"""Pixels: from column to column, from row to row, of a box, around all, and above the first band."""

BLACK, GREY = "#000", "#666"

FILLS = {
    "formal": ("#00694d", "#fff"),
    "derived": ("#0072b2", "#fff"),
    "checked": ("#fff", BLACK),
    "refuted": (BLACK, "#fff"),
}
"""What a box is filled with, and its letters, by evidence: dark and light, so that both can be exchanged at night."""

Places = dict[str, tuple[int, int]]
"""Where boxes stand: pixels of their upper left corners."""


def drawing(graph: Dependencies, addresses: Mapping[str, str]) -> str:
    """The theorems of a graph as SVG; each is a link to where it is stated, if an address is given.

    >>> from symmetry.graph.dependencies import Edge, Node
    >>> nodes = {id: Node(id, "theorem", "", "derived") for id in ("A.1", "B.1")}
    >>> picture = drawing(Dependencies(nodes, (Edge("B.1", "A.1", "by lemma"),)), {"A.1": "a.html#A.1"})
    >>> picture[:4], picture.count("edge"), 'href="a.html#A.1"' in picture
    ('<svg', 1, True)
    """
    theorems = graph.only(("theorem",))
    places, bands, height = _placed(theorems)
    columns = max(theorems.depths.values(), default=0) + 1
    width = 2 * MARGIN + max(4, columns) * STEP
    says = f"{count(len(theorems.nodes), 'theorem')}; a line leads from each to those that rest on it, further right."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="group" aria-label="Which theorem rests on which" style="min-width: {width}px" font-family="sans-serif" '
        'font-size="12">',
        f"<desc>{escape(says)}</desc>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_legend(),
        *_bands(bands, width),
        *(_line(places[edge.on], places[edge.of]) for edge in _each_once(theorems)),
        *(_box(theorems, id, place, addresses) for id, place in places.items()),
        "</svg>",
    ]
    return "\n".join(parts)


def _placed(graph: Dependencies) -> tuple[Places, dict[str, int], int]:
    """Where every theorem stands, where every chapter begins, and how high all is."""
    places, bands, top = Places(), {}, TOP
    chapters: dict[str, list[str]] = {}
    for id in graph.nodes:
        chapters.setdefault(chapter_and_number(id)[0], []).append(id)
    columns = max(4, *(depth + 1 for depth in graph.depths.values())) if graph.nodes else 4
    for chapter, ids in chapters.items():
        bands[chapter] = top
        top += ROW
        tied = [id for id in ids if graph.below[id] or graph.above[id]]
        rows = [0] * columns
        for id in tied:
            depth = graph.depths[id]
            places[id] = (MARGIN + depth * STEP, top + rows[depth] * ROW)
            rows[depth] += 1
        top += max(rows) * ROW
        alone = [id for id in ids if id not in places]
        for number, id in enumerate(alone):
            places[id] = (MARGIN + number % columns * STEP, top + number // columns * ROW)
        top += -(-len(alone) // columns) * ROW + MARGIN
    return places, bands, top + MARGIN


def _each_once(graph: Dependencies):
    return {(edge.of, edge.on): edge for edge in graph.edges}.values()


def _legend() -> Sequence[str]:
    return [
        f'{_rect(MARGIN + number * STEP, MARGIN, kind)}<text x="{MARGIN + number * STEP + WIDTH / 2}" y="{MARGIN + 14}" '
        f'text-anchor="middle" fill="{FILLS[kind][1]}">{kind}</text>'
        for number, kind in enumerate(EVIDENCE)
    ]


def _bands(bands: Mapping[str, int], width: int) -> Sequence[str]:
    return [
        f'<path class="band" d="M{MARGIN} {top - 4}H{width - MARGIN}" stroke="#ccc"/>'
        f'<text x="{MARGIN}" y="{top + 14}" font-weight="bold" fill="{BLACK}">{escape(chapter)}</text>'
        for chapter, top in bands.items()
    ]


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y, to, down = start[0] + WIDTH, start[1] + HEIGHT / 2, end[0], end[1] + HEIGHT / 2
    bend, bow = max(24, (to - x) / 2), ROW * 2 / 3 if y == down and to - x > STEP else 0  # around the boxes between
    return (
        f'<path class="edge" d="M{x} {y}C{x + bend} {y + bow} {to - bend} {down + bow} {to} {down}" fill="none" stroke="{GREY}" '
        'stroke-opacity=".7"/>'
    )


def _box(graph: Dependencies, id: str, place: tuple[int, int], addresses: Mapping[str, str]) -> str:
    node = graph.nodes[id]
    x, y = place
    text = (
        f'{_rect(x, y, node.evidence)}<text x="{x + WIDTH / 2}" y="{y + 14}" text-anchor="middle" '
        f'fill="{FILLS[node.evidence][1]}">{escape(id)}</text>'
    )
    titled = f"<title>{escape(f'{id} ({node.evidence}): {node.title}')}</title>{text}"
    return f'<a href="{escape(addresses[id])}">{titled}</a>' if id in addresses else f"<g>{titled}</g>"


def _rect(x: int, y: int, evidence: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="{FILLS[evidence][0]}" stroke="{BLACK}"/>'
    )

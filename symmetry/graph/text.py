"""The graph as a tree of text: what each statement rests on stands below it."""

from collections.abc import Iterator, Sequence

from symmetry.graph.dependencies import Dependencies
from symmetry.wording import count, wrapped

NARROWEST = 40
"""Columns below which a tree is not made narrower."""

AGAIN = "as above"


def tree(graph: Dependencies, ids: Sequence[str], width: int) -> str:
    """What each of these rests on, as a tree of lines of at most that width; what stands there already is not repeated.

    >>> from symmetry.graph.dependencies import Edge, Node
    >>> nodes = {id: Node(id, "theorem", title, "derived") for id, title in (("A.1", "Sums"), ("B.1", "Swaps"))}
    >>> print(tree(Dependencies(nodes, (Edge("B.1", "A.1", "by lemma"),)), ["B.1"], 60))
    B.1 derived: Swaps
    `- A.1 derived: Sums (by lemma)
    """
    shown: set[str] = set()
    statements = graph.only(("theorem", "claim", "question"))
    lines = [line for id in ids for line in _lines(graph, statements, id, "", "", "", shown, max(width, NARROWEST))]
    return "\n".join(lines)


def _lines(
    graph: Dependencies,
    statements: Dependencies,
    id: str,
    why: str,
    head: str,
    indent: str,
    shown: set[str],
    width: int,
) -> Iterator[str]:
    node, below = graph.nodes[id], statements.below[id]
    known, modules = id in shown, [each for each in graph.below[id] if graph.nodes[each].kind == "agda"]
    shown.add(id)
    mark = f" {node.evidence}" if node.evidence else ""
    notes = "; ".join(note for note in (why, AGAIN if known and (below or modules) else "") if note)
    later = indent + ("|  " if below and not known else "   ")
    yield wrapped(f"{id}{mark}: {node.title}{f' ({notes})' if notes else ''}", width, head, later)
    if known:
        return
    if modules:
        yield wrapped(f"Agda: {', '.join(modules)}", width, later, f"{later}  ")
    for place, on in enumerate(below):
        last = place == len(below) - 1
        reasons = ", ".join(reason for reason in graph.reasons(id, on) if reason != "rests on")
        yield from _lines(
            graph,
            statements,
            on,
            reasons,
            indent + ("`- " if last else "|- "),
            indent + ("   " if last else "|  "),
            shown,
            width,
        )


def needed_by(graph: Dependencies, id: str, width: int) -> str:
    """A sentence on what rests on a statement."""
    above = graph.above[id]
    return wrapped(f"{id} is needed by {', '.join(above)}." if above else f"Nothing rests on {id}.", width, "", "  ")


def overview(graph: Dependencies, width: int) -> str:
    """The whole: a tree of each theorem that no other rests on, then those that stand alone, then what is counted."""
    theorems = graph.only(("theorem",))
    roots = [id for id in theorems.nodes if theorems.below[id] and not theorems.above[id]]
    alone = [id for id in theorems.nodes if not theorems.below[id] and not theorems.above[id]]
    kinds = {"theorem": "theorem", "claim": "claim of a thread", "question": "question", "agda": "module of Agda"}
    numbers = [(sum(node.kind == kind for node in graph.nodes.values()), words) for kind, words in kinds.items()]
    counted = ", ".join(count(number, words) for number, words in numbers if number)
    closing = [wrapped(f"{counted}; {count(len(graph.edges), 'edge')}.", width)]
    if alone:
        closing.insert(0, wrapped(f"No other theorem needed, and needed by none: {', '.join(alone)}.", width, "", "  "))
    return "\n\n".join([part for part in (tree(theorems, roots, width),) if part] + closing)

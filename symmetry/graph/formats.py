"""The graph as files: DOT for Graphviz, JSON for programs, Markdown for a page, SVG to look at."""

import json
from collections.abc import Callable, Mapping

from symmetry.graph.dependencies import Dependencies
from symmetry.graph.drawing import FILLS, drawing
from symmetry.markdown import escaped

Addresses = Mapping[str, str]
"""Where statements are stated: a page and an anchor, by id."""


def as_dot(graph: Dependencies, addresses: Addresses) -> str:
    """The graph in the language of Graphviz; an arrow leads from what rests to what it rests on."""
    lines = ["digraph symmetry {", "  rankdir=RL; node [shape=box, style=filled, fillcolor=white];"]
    for id, node in graph.nodes.items():
        fill, letters = FILLS.get(node.evidence, ("#eeeeee", "black"))
        given = {"tooltip": node.title, "fillcolor": fill, "fontcolor": letters, "URL": addresses.get(id, "")}
        written = ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items() if value)
        lines.append(f"  {json.dumps(id)} [{written}];")
    lines += [f"  {json.dumps(e.of)} -> {json.dumps(e.on)} [label={json.dumps(e.why)}];" for e in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def as_json(graph: Dependencies, addresses: Addresses) -> str:
    """Nodes and edges, each node with its address."""
    found = graph.to_json()
    nodes = [{**vars(node), "address": addresses.get(id, "")} for id, node in graph.nodes.items()]
    return json.dumps({**found, "nodes": nodes}, indent=1) + "\n"


def as_markdown(graph: Dependencies, addresses: Addresses) -> str:
    """A table: each statement, its evidence, and what it rests on."""
    rows = ["| id | evidence | says | rests on |", "|---|---|---|---|"]
    for id, node in graph.nodes.items():
        if node.kind != "agda":
            below = ", ".join(
                f"{on} ({', '.join(graph.reasons(id, on))})" for on in graph.below[id] if graph.nodes[on].kind != "agda"
            )
            rows.append(f"| {id} | {node.evidence} | {escaped(node.title)} | {below} |")
    return "\n".join(rows) + "\n"


FORMS: dict[str, Callable[[Dependencies, Addresses], str]] = {
    ".svg": lambda graph, addresses: drawing(graph, addresses) + "\n",
    ".dot": as_dot,
    ".json": as_json,
    ".md": as_markdown,
}
"""How the graph is written, by the ending of a file's name."""

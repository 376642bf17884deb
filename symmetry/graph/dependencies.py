"""The graph itself: statements and modules as nodes, and an edge for each thing that one of them rests on."""

import dataclasses
import functools
import graphlib
from collections.abc import Iterable, Mapping, Sequence

from symmetry.evidence.fields import Json

EVIDENCE = ("formal", "derived", "checked", "refuted")
"""The strongest kind of evidence that a theorem lists: checked stands for every other than the first two and the last."""


@dataclasses.dataclass(frozen=True)
class Node:
    """A theorem, a claim, a question, or a module of Agda.

    Attributes:
        id: its id; of a module its name.
        kind: "theorem", "claim", "question" or "agda".
        title: what it says in a few words; "" for a module.
        evidence: of a theorem, one of `EVIDENCE`; of a claim its verdict; else "".
    """

    id: str
    kind: str
    title: str
    evidence: str


@dataclasses.dataclass(frozen=True)
class Edge:
    """That one thing rests on another.

    Attributes:
        of: what rests.
        on: what it rests on.
        why: where that is said: "by lemma", "cited in a step", "hypothesis", "corrected by", "rests on", "imports".
    """

    of: str
    on: str
    why: str


@dataclasses.dataclass(frozen=True)
class Dependencies:
    """Nodes by id, and edges between them.

    >>> nodes = {id: Node(id, "theorem", "", "checked") for id in ("A.1", "B.1")}
    >>> graph = Dependencies(nodes, (Edge("B.1", "A.1", "hypothesis"),))
    >>> graph.order, graph.depths
    (['A.1', 'B.1'], {'A.1': 0, 'B.1': 1})
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    @functools.cached_property
    def below(self) -> dict[str, list[str]]:
        """What each node rests on, each once."""
        return self._neighbours((edge.of, edge.on) for edge in self.edges)

    @functools.cached_property
    def above(self) -> dict[str, list[str]]:
        """What rests on each node."""
        return self._neighbours((edge.on, edge.of) for edge in self.edges)

    def _neighbours(self, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = {id: {} for id in self.nodes}
        for one, other in pairs:
            found[one][other] = None
        return {id: list(others) for id, others in found.items()}

    def reasons(self, of: str, on: str) -> list[str]:
        """Where it is said that one rests on the other."""
        return [edge.why for edge in self.edges if (edge.of, edge.on) == (of, on)]

    @functools.cached_property
    def order(self) -> list[str]:
        """Every id after all that it rests on.

        Raises:
            ValueError: something rests on itself, by way of others perhaps.
        """
        try:
            return list(graphlib.TopologicalSorter(self.below).static_order())
        except graphlib.CycleError as error:
            circle = list(reversed(error.args[1]))
            raise ValueError(
                f"{' rests on '.join(circle)}: nothing may rest on itself; say in one of these derivations or hypotheses what "
                "it needs in place of the id."
            ) from None

    @functools.cached_property
    def depths(self) -> dict[str, int]:
        """How long the longest chain below each node is."""
        found: dict[str, int] = {}
        for id in self.order:
            found[id] = max((found[each] + 1 for each in self.below[id]), default=0)
        return found

    def only(self, kinds: Sequence[str]) -> "Dependencies":
        """The nodes of these kinds, with the edges between them."""
        return self._among({id for id, node in self.nodes.items() if node.kind in kinds})

    def beneath(self, ids: Iterable[str]) -> "Dependencies":
        """Some nodes with all that they rest on, directly or not."""
        found, waiting = set(), list(ids)
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting.extend(self.below[id])
        return self._among(found)

    def _among(self, ids: set[str]) -> "Dependencies":
        edges = tuple(edge for edge in self.edges if edge.of in ids and edge.on in ids)
        return Dependencies({id: node for id, node in self.nodes.items() if id in ids}, edges)

    def to_json(self) -> dict[str, Json]:
        """Nodes and edges as builtin types."""
        return {
            "nodes": [dataclasses.asdict(node) for node in self.nodes.values()],
            "edges": [dataclasses.asdict(edge) for edge in self.edges],
        }

"""Which statement rests on which: read from derivations, hypotheses, claims and Agda's imports, never written by hand."""

from symmetry.graph.dependencies import Dependencies, Edge, Node
from symmetry.graph.reading import dependencies_of

__all__ = ["Dependencies", "Edge", "Node", "dependencies_of"]

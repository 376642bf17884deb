"""METH: reflections of hidden spaces are what they are said to be: they undo themselves, and keep lengths."""

from proofs.noether import TWO_HIDDEN_LAYERS
from proofs.sums import inner_product
from symmetry.actions import HiddenMap
from symmetry.cases import Direction
from symmetry.network import Network
from symmetry.statements.theorem import WIDE, theorem


def half_way(g: HiddenMap) -> HiddenMap:
    """I - u u^T / |u|^2, which projects in the place of reflecting."""
    reflection = g.reflection()
    return HiddenMap(tuple(column / 2 for column in reflection.columns), reflection.rows)


@theorem(
    "METH.25",
    title="A reflection undoes itself and keeps lengths, and what it leaves is what its projection gives",
    statement=r"H = I - 2 u u^T / |u|^2: \quad H(H\theta) = \theta, \quad \langle H\theta, H V \rangle = "
    r"\langle \theta, V \rangle, \quad H(P\theta) = P\theta, \quad P(P\theta) = P\theta",
    hypotheses="u not 0; H acts on every hidden space, W to W H, b to b H and V to H V; P is the projection onto the networks "
    "that H leaves as they are",
    cites=("palais1979principle",),
    controls={"half way": dict(reflect=half_way)},
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def a_reflection_undoes_itself_and_keeps_lengths(
    network: Network, g: HiddenMap, direction: Direction, *, reflect=HiddenMap.reflection
):
    h = reflect(g)
    fixed = h.project(network)
    moved = inner_product(h.act(network).layers, h.act(direction).layers)
    computed = h.act(h.act(network)).layers, moved, h.act(fixed).layers, h.project(fixed).layers
    return computed, (network.layers, inner_product(network.layers, direction.layers), fixed.layers, fixed.layers)

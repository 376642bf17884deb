"""SIGN, continued: units beside a linear skip may change sign where phi(z) - phi(-z) = z, as ReLU and its smooth kin."""

import dataclasses

from proofs.derivations import skips as derivations
from symmetry.actions import SignFlips
from symmetry.activation import ActivationLike, value
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.network import Batch, Layer, Network, forward, preactivation
from symmetry.source import Source
from symmetry.statements.theorem import WIDE, theorem

RECTIFIERS = ("relu", "softplus", "silu", "gelu")
"""The named activations with phi(z) - phi(-z) = z."""


def rectified(z: Array, psi: ActivationLike) -> Array:
    """phi(z): psi itself if it is one of the named, else z/2 plus the even part of psi, which may be any function."""
    if getattr(psi, "name", "") in RECTIFIERS:
        return value(z, psi)
    return (value(z, psi) + value(-z, psi) + z) / 2


@pytree
class Skip:
    """A matrix (inputs, units of the second layer): what inputs add to the preactivations behind the first hidden layer."""

    weight: Array


@case_kind(Skip)
def _(source: Source, architecture: Architecture, name: str) -> Skip:
    inputs, _, outputs = architecture.widths[:3]
    return Skip(source.numbers(f"{name} weight", (inputs, outputs)))


def forward_with_skip(network: Network, skip: Array, x: Array) -> Array:
    """The outputs of a network of rectifiers whose second layer reads the first hidden layer, and x S besides."""
    (first, second, *others), (phi, chi, *after) = network.layers, network.activations
    activations = rectified(preactivation(x, first), phi)
    read = value(preactivation(activations, second) + x @ skip, chi)
    if not others:
        return read
    return forward(dataclasses.replace(network, layers=tuple(others), activations=tuple(after)), read)


def flipped(flips: SignFlips, network: Network, skip: Array) -> tuple[Network, Array]:
    """(w, b, S, c) of each flipped unit of the first hidden layer becomes (-w, -b, S + w v, c + b v)."""
    first, second, *others = network.layers
    signs = flips.signs[0]
    moved = first.map(lambda part: part * ((1 - signs) // 2))
    bias = None if moved.bias is None else second.bias + (moved.bias[None, :] @ second.weight)[0]
    layers = (first.map(lambda part: part * signs), Layer(second.weight, bias), *others)
    return dataclasses.replace(network, layers=layers), skip + moved.weight @ second.weight


@theorem(
    "SIGN.5",
    title="Beside a linear skip, ReLU units may change sign",
    statement=r"\varphi(z) - \varphi(-z) = z \;\Rightarrow\; (w, b, S, c) \to (-w, -b, S + wv, c + bv) \text{ preserves } f",
    hypotheses="the layer behind the units adds x S to its preactivations, where x is what comes into the units' layer and S any "
    "matrix, and c is its bias; ReLU, softplus, SiLU, GELU, and z/2 plus any even function; any units of the layer flipped, "
    "any widths, and any layers after it",
    cites=("chen1993geometry",),  # of flips of odd units; beside a skip no source was found
    controls={"no skip": dict(skip_follows=False)},
    derivation=derivations.flip_beside_a_skip,
    architectures=(
        Architecture((3, 4, 3, 2), output="identity"),
        *(Architecture((2, 3, 2), bias=name != "gelu", hidden=name, output="identity") for name in RECTIFIERS),
    ),
    dtypes=WIDE,
)
def beside_a_linear_skip_rectifiers_may_change_sign(
    network: Network, skip: Skip, flips: SignFlips, batch: Batch, *, skip_follows: bool = True
):
    changed, moved = flipped(flips, network, skip.weight)
    there = forward_with_skip(changed, moved if skip_follows else skip.weight, batch.x)
    return there, forward_with_skip(network, skip.weight, batch.x)

"""Derivations of LN: layer norm subtracts what is added to all features, and its scale and shift are linear."""

import dataclasses
import functools

import sympy

from proofs.derivations.normalised_networks import ReciprocalRoot
from proofs.derivations.notation import *
from proofs.gated_layer import GatedLayer
from proofs.norms import layer_norm, rms_norm
from proofs.residual_layers import Levels, Norm, Stream, rows_at_the_head
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, Layer
from symmetry.numbers.symbol import Symbol

l = Idx("l", m)
"""Another feature; here j, r and l are features of the stream, i an input of a writer, k an output."""

stream, U, C, gamma, beta, normal = arrays("s U C gamma beta n")
"""The stream at the head; what is added to a writer's weights, and so to the stream; scale and shift; what a norm makes."""

root = unknown_function("rho")
"""The reciprocal square root of variance + epsilon."""

WIDTHS_OF_STREAM = (N, d, m, p)


def centred(of, feature):
    """The number at a feature, from a formula in j, less the mean over the features."""
    return of.xreplace({j: feature}) - total(of.xreplace({j: l}), l) / m


def layer_normed(of):
    """Feature j of a row after layer norm."""
    place = Idx("g", m)
    return centred(of, j) * root(total(centred(of, place) ** 2, place) / m)


def root_normed(of):
    """Feature j of a row after RMS norm."""
    return of * root(total(of.xreplace({j: l}) ** 2, l) / m)


def added_levels(fault: str = ""):
    """LN.1."""
    yield Step(
        "Add U[i] to all weights from input i of a writer, and t to its biases. What it writes then grows by the sum of U[i] "
        "x[n, i], plus t: by the same number at every feature j.",
        total(x[n, i] * (W[i, j] + U[i]), i) + b[j] + sympy.Symbol("t", real=True),
        total(x[n, i] * W[i, j], i) + b[j] + total(U[i] * x[n, i], i) + sympy.Symbol("t", real=True),
    )
    moved = stream[n, j] + C[n]
    yield Step(
        "Call C[n] what all writers before a reader have added. The mean over the features grows by C[n] too, so the distance "
        "from it stays the same ...",
        centred(moved, j),
        centred(stream[n, j], j),
    )
    yield Step(
        "... and so does the mean of its square, the variance.",
        total(centred(moved, r) ** 2, r) / m,
        total(centred(stream[n, j], r) ** 2, r) / m,
    )

    kinds = {"one reader without norm": lambda of: of, "RMS norm in the place of layer norm": root_normed}
    norm = kinds.get(fault, layer_normed)

    def read(of):
        return total((norm(of) * gamma[j] + beta[j]) * V[j, k], j) + c[k]

    yield Step(
        "So every reader gets what it got before: what it writes itself is the same but for what was added to it, and the head, "
        "the last reader, gives the same outputs.",
        read(moved),
        read(stream[n, j]),
        concludes=Sides(levelled, "", (n, k), widths=WIDTHS_OF_STREAM),
    )


def folding(fault: str = ""):
    """LN.2."""
    gate, up = arrays("G U")

    def reading(weight, bias, unit, scale_in_norm):
        """A reader's preactivation, with the scale and the shift in the norm or in the reader."""
        if scale_in_norm:
            return total((normal[n, j] * gamma[j] + beta[j]) * weight[j, unit], j) + bias[unit]
        return total(normal[n, j] * (gamma[j] * weight[j, unit]), j) + bias[unit] + total(beta[j] * weight[j, unit], j)

    second = total(normal[n, j] * up[j, r], j) + b[r] if fault else reading(up, b, r, scale_in_norm=False)
    yield Step(
        "A reader takes a sum over the features j of what the norm makes, n[n, j] gamma[j] + beta[j], times its weights. The "
        "scale can be taken to the weights and the sum of shifts times weights to the bias. Every reader of a norm has to do so: "
        "here one with the weights G and biases a, and one with the weights U and biases b.",
        reading(gate, a, r, scale_in_norm=False) + second,
        reading(gate, a, r, scale_in_norm=True) + reading(up, b, r, scale_in_norm=True),
    )
    law = functools.partial(Sides, indices=(n, k), widths=WIDTHS_OF_STREAM)
    yield Step(
        "So the units compute what they did, and write the same to the stream; the head, which reads the last norm, gives the "
        "same outputs.",
        reading(V, c, k, scale_in_norm=False),
        reading(V, c, k, scale_in_norm=True),
        concludes=(law(layer_normed_stream, "['layer norm']"), law(root_normed_stream, "['RMS norm']")),
    )


def stream_at(at: Instantiation, normalise) -> tuple[Stream, Batch, Instantiation]:
    """A stream with one example, whose first norm has a rational root: its epsilon is a square less the variance."""
    at = dataclasses.replace(at, sizes={**at.sizes, N: 1})
    batch = Batch(at.array("x", N, d), at.array("y", N, p))
    embedding, head = Layer(at.array("W", d, m), at.array("b", m)), Layer(at.array("V", m, p), at.array("c", p))
    gate, up, down = (Layer(at.array(f"{name}W", m, m), at.array(f"{name}b", m)) for name in ("gate", "up", "down"))
    units = GatedLayer(gate, up, down, PolynomialActivation("phi", at.seed))
    rows = batch.x @ embedding.weight + embedding.bias
    from_mean = rows - rows.sum() / at.size(m) if normalise is layer_norm else rows
    variance = sympy.Add(*(from_mean * from_mean)[0]) / at.size(m)
    epsilons = (sympy.floor(sympy.sqrt(variance)) + 1) ** 2 - variance, sympy.Integer(2)
    norms = [
        Norm(at.array(f"scale{place}", m), at.array(f"shift{place}", m), Symbol.of(epsilon))
        for place, epsilon in enumerate(epsilons)
    ]
    made = Stream(embedding, units, head, (norms[0], norms[1]))
    rows = rows_at_the_head(made, batch.x, normalise)
    letters = {"s": rows, "n": normalise(rows, epsilons[1]), "gamma": norms[1].scale, "beta": norms[1].shift}
    return made, batch, at.knowing(**letters).choosing(rho=ReciprocalRoot(epsilons[1]))


def levelled(at: Instantiation) -> Setting:
    """A stream, numbers to add to what its writers write, and a batch; C is what they add to the stream at the head."""
    made, batch, known = stream_at(at, layer_norm)
    levels = Levels(at.array("u1", d), at.array("u2", m), at.array("t", 2))
    grown = rows_at_the_head(levels.add(made), batch.x) - known.known["s"]
    return Setting({"stream": made, "levels": levels, "batch": batch}, known.knowing(C=grown[:, 0]))


def normed(normalise, at: Instantiation) -> Setting:
    """A stream and a batch; n is what the norm before the head makes."""
    made, batch, known = stream_at(at, normalise)
    return Setting({"stream": made, "batch": batch}, known)


layer_normed_stream, root_normed_stream = (functools.partial(normed, each) for each in (layer_norm, rms_norm))

"""The modules of attention of Flax and Equinox, run exactly: what the letters of ARCH are in each of their heads."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
import sympy

from proofs.stacks import by_path
from symmetry.array import Array
from symmetry.engine.conclude import Setting
from symmetry.engine.exact_trials import ExactTrials, PowersOfTwo
from symmetry.engine.instantiate import Instantiation
from symmetry.numbers.symbol import Symbol

T, D, H = sympy.symbols("T D H", integer=True, positive=True)
"""Positions, size of a head, heads."""

SEED = 27
"""With which no matrix of a head's weights and bias is singular."""


def heads(case: Mapping, parts: Mapping[str, Mapping[str, int]], part: str) -> list[Symbol]:
    """The parameters of a part, each as (heads, whatever it is multiplied with, size)."""
    from proofs.attention import HEADS, SIZE

    found = []
    for path, after in parts[part].items():
        array = Symbol.of(by_path(case)[path]).reshape(-1, HEADS, SIZE, after)
        found.append(np.moveaxis(array, (1, 2), (0, 3)).reshape(HEADS, -1, SIZE))
    return found


def cases_of(symmetry: str, name: str) -> tuple[Any, list[Mapping], Mapping]:
    """Trials for the law, the cases before and after that it will draw from them, and the parts of the module of that name."""
    fresh: Any = functools.partial(ExactTrials, SEED)  # what laws know of `Trials`, it has too
    from proofs import attention as laws
    from proofs.architectures import each_network

    networks = laws.attention_under(getattr(laws, symmetry))
    drawn = {each: cases for each, _, *cases in each_network(networks, fresh(), "", "")}
    first = [jax.tree.map(lambda leaf: leaf[0], stack) for stack in drawn[name]]
    return fresh(), first, laws.MODULES[name](fresh(), "")[2]


def letters_of(case: Mapping, parts: Mapping) -> dict[str, Array]:
    """Queries, keys and values of each head and position, its output weights, and the output's bias."""
    x = Symbol.of(case["x"])
    weights = {part: heads(case, parts, part) for part in ("query", "key", "value")}
    at_positions = {
        part: np.stack([x @ head + bias for head, bias in zip(*both, strict=True)]) for part, both in weights.items()
    }
    (output,) = heads(case, parts, "output")
    biases = [leaf for path, leaf in by_path(case).items() if "out" in path and path.endswith("bias")]
    letters = dict(zip("qkv", at_positions.values(), strict=True))
    return {
        **letters,
        "V": np.swapaxes(output, 1, 2),
        "o": Symbol.of(biases[0]),
        "scale": 1 / sympy.sqrt(output.shape[2]),
    }


def sized(at: Instantiation, letters: Mapping[str, Array]) -> Instantiation:
    """The instance with those letters, the sizes of the module, and 2^x for exp(x)."""
    count, positions, size = letters["q"].shape
    at = dataclasses.replace(at, sizes={**at.sizes, H: count, T: positions, D: size})
    return at.knowing(**letters).choosing(exp=PowersOfTwo())


def changed_bases(name: str, at: Instantiation) -> Setting | None:
    """Trials for ARCH.4; A and B are what turns each head's queries and values, P and Q their inverses."""
    if at.seed:  # a module has one size, so it is run once
        return None
    trials, cases, parts = cases_of("changing_bases", name)
    letters = letters_of(cases[0], parts)
    for part, (matrix, inverse) in {"query": "AP", "value": "BQ"}.items():
        before, after = (np.concatenate(heads(case, parts, part), axis=1) for case in cases)
        changes = [sympy.Matrix(one).solve(sympy.Matrix(other)) for one, other in zip(before, after, strict=True)]
        letters[matrix] = Symbol.of([each.tolist() for each in changes])
        letters[inverse] = Symbol.of([each.inv().tolist() for each in changes])
    return Setting({"trials": trials}, sized(at, letters))


def changed_key_biases(name: str, at: Instantiation) -> Setting | None:
    """Trials for ARCH.5; u and C are the scores and what the biases add to them, g what a head adds to the output."""
    if at.seed:
        return None
    trials, (before, after), parts = cases_of("changing_key_biases", name)
    letters, others = letters_of(before, parts), letters_of(after, parts)

    def scores(of: Mapping) -> Symbol:
        return Symbol.of(np.einsum("hta,hsa->hts", np.asarray(of["q"]), np.asarray(of["k"]))) * letters["scale"]

    letters["C"] = (scores(others) - scores(letters))[:, :, 0]
    letters |= {"u": scores(letters), "g": letters["v"] @ letters["V"]}
    return Setting({"trials": trials}, sized(at, letters))


of_changed_bases, of_changed_key_biases = (
    {name: functools.partial(setting, name) for name in ("Flax", "Equinox")}
    for setting in (changed_bases, changed_key_biases)
)
"""Settings by the names of the libraries."""

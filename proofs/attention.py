"""ARCH: the symmetries of attention, in Flax's and Equinox's modules (theus2025generalized, tran2025equivariant).

Both libraries keep one axis of heads times sizes in every parameter, if the axes are read flat. A symmetry says what
happens to the queries', keys', values' and outputs' parameters, read as arrays (networks, before, head, size, after).
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np
import sympy

from proofs.architectures import KEY, LIBRARIES, controls_of, shapes_in_equinox, stacks
from proofs.derivations import attention as derivations
from proofs.stacks import Change, acted, along, orders, random_stack
from symmetry.engine.measure import Trials
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import WIDE, theorem

SOURCES = ("vaswani2017attention", "theus2025generalized", "tran2025equivariant")

POSITIONS, FEATURES, HEADS, SIZE = 3, 3, 3, 4

ROTARY, NORM = "rotary embedding", "query-key norm"
"""Faults that change the module: what it does to queries and keys before they meet."""


def flax_attention(trials: Trials, fault: str):
    """Flax's module as a function, the shapes of its parameters, and which belong to what, with the size after."""
    from flax import linen

    kinds: dict[str, Any] = {"dtype": trials.dtype, "param_dtype": trials.dtype, "normalize_qk": fault == NORM}
    module = linen.MultiHeadDotProductAttention(HEADS, qkv_features=HEADS * SIZE, out_features=FEATURES, **kinds)
    x = jax.ShapeDtypeStruct((POSITIONS, FEATURES), trials.dtype)
    like = {"attention": jax.eval_shape(module.init, KEY, x)["params"], "x": x}
    parts = {name: {f"attention/{name}/kernel": 1, f"attention/{name}/bias": 1} for name in ("query", "key", "value")}
    parts |= {f"{name} bias": {f"attention/{name}/bias": 1} for name in parts} | {
        "output": {"attention/out/kernel": FEATURES}
    }
    return lambda case: module.apply({"params": case["attention"]}, case["x"]), like, parts


def equinox_attention(trials: Trials, fault: str):
    """The same of Equinox's module."""
    import equinox

    biases: dict[str, Any] = {f"use_{name}_bias": True for name in ("query", "key", "value", "output")}
    kinds: dict[str, Any] = {"qk_size": SIZE, "vo_size": SIZE, "dtype": trials.dtype}
    parameters, rest = shapes_in_equinox(
        lambda key: equinox.nn.MultiheadAttention(HEADS, FEATURES, **biases, **kinds, key=key)
    )
    rotate = equinox.nn.RotaryPositionalEmbedding(SIZE, dtype=trials.dtype)

    def rotated(query, key, value):
        over_heads = jax.vmap(rotate, in_axes=1, out_axes=1)
        return over_heads(query), over_heads(key), value

    def function(case):
        x = case["x"]
        whole = equinox.combine(case["attention"], rest)
        return whole(x, x, x, process_heads=rotated if fault == ROTARY else None)

    like = {"attention": parameters, "x": jax.ShapeDtypeStruct((POSITIONS, FEATURES), trials.dtype)}
    parts = {
        name: {f"attention/{name}_proj/weight": FEATURES, f"attention/{name}_proj/bias": 1}
        for name in ("query", "key", "value")
    }
    parts |= {f"{name} bias": {f"attention/{name}_proj/bias": 1} for name in parts}
    parts |= {"output": {"attention/output_proj/weight": 1}}
    return function, like, parts


def on_heads(change: Change, after: int) -> Change:
    """A change of the array (networks, before, head, size, after) that a parameter is when read so."""

    def changed(array: np.ndarray) -> np.ndarray:
        heads = array.reshape(len(array), -1, HEADS, SIZE, after)
        return change(heads).reshape(array.shape).astype(array.dtype)

    return changed


def acting(symmetry: Callable[[Trials, int, str], Mapping[str, Change]]) -> dict:
    """Both modules as networks on which the symmetry, changes by what they belong to, acts."""

    def acted_on(module):
        def network(trials: Trials, count: int, fault: str):
            function, like, parts = module(trials, fault)
            before = random_stack(trials.generator, count, like, trials.dtype)
            changes = {
                path: on_heads(change, after)
                for part, change in symmetry(trials, count, fault).items()
                for path, after in parts[part].items()
            }
            return function, before, acted(before, changes)

        return network

    return {"Flax": acted_on(flax_attention), "Equinox": acted_on(equinox_attention)}


def permuting_heads(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """ARCH.3: one order of heads for everything."""
    order = along({1: orders(trials.generator, count, HEADS)})
    moved = ("query", "key", "value") if fault == "output blocks left" else ("query", "key", "value", "output")
    return dict.fromkeys(moved, order)


PERMUTING = acting(permuting_heads)


@theorem(
    "ARCH.3",
    title="Attention heads permute, with their blocks of the output weights",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x), \quad (W_Q^h, W_K^h, W_V^h, W_O^h) \mapsto "
    r"(W_Q^{\pi h}, W_K^{\pi h}, W_V^{\pi h}, W_O^{\pi h}), \text{ biases alike}",
    hypotheses="heads of one size; any permutation of them, the same for queries, keys, values and output blocks",
    cites=SOURCES,
    controls=controls_of("output blocks left", *PERMUTING),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def attention_heads_permute_with_their_output_blocks(trials: Trials, *, fault: str = "", only: str = "") -> None:
    for name, (function, before, after) in stacks(PERMUTING, trials, fault, only):
        trials.compare(name, function, after, before)


def invertible(generator: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A matrix a head and its inverse, both exact: unit triangular, a power of 2 for each direction, unit triangular.

    Their entries are dyadic, so that no rounding error of an inverse is taken for one of the module.
    """
    shape, one = (count, HEADS, SIZE, SIZE), np.eye(SIZE)
    lower = np.tril(generator.integers(-2, 3, shape) / 2, -1) + one
    upper = np.triu(generator.integers(-2, 3, shape) / 2, 1) + one
    stretches = generator.choice([-1.0, 1.0], shape[:-1]) * 2.0 ** generator.integers(-1, 2, shape[:-1])
    matrix = lower * stretches[..., None, :] @ upper
    return matrix, np.linalg.inv(upper) / stretches[..., None, :] @ np.linalg.inv(lower)


def times(matrices: np.ndarray) -> Change:
    """Every head's last axis but one, its size, times the head's matrix."""
    return lambda heads: np.einsum("nbhsa,nhst->nbhta", heads, matrices)


def changing_bases(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """ARCH.4: queries times A, keys times A^-T, values times B, output blocks times B^-1 from the other side."""
    (a, a_inverse), (b, b_inverse) = (invertible(trials.generator, count) for _ in range(2))
    keys = a if fault == "A for A^-T" else a_inverse.mT
    return {"query": times(a), "key": times(keys), "value": times(b), "output": times(b_inverse.mT)}


CHANGING = acting(changing_bases)


def scores(query: Any, keys: Any, *, rotated: bool = False, normed: bool = False) -> Any:
    """The scores of the query at position 0, exactly, less that of the first key: what the softmax sees.

    Rotary embedding turns the key at position n by n right angles; a query-key norm makes all lengths 1.
    """
    if rotated:
        quarter = Symbol.of([[0, 1], [-1, 0]])
        keys = np.stack([key @ np.linalg.matrix_power(quarter, n) for n, key in enumerate(keys)]).view(Symbol)
    if normed:
        query, keys = ((each / (each * each).sum(-1, keepdims=True).map(sympy.sqrt)) for each in (query, keys))
    products = keys @ query
    return products - products[0]


def basis_claim(stretches: tuple[int, int], query: tuple[int, int], **kind: bool):
    """What ARCH.4 says of the scores of one query and two keys, A being diagonal with the given entries."""

    def claim():
        q, keys, a = Symbol.of(query), Symbol.of([[1, 0], [0, 1]]), Symbol.of(stretches)
        return scores(q * a, keys / a, **kind), scores(q, keys, **kind)

    return claim


@theorem(
    "ARCH.4",
    title="Queries and keys, values and outputs are known up to a change of basis in each head",
    statement=r"f(W_Q A, b_Q A, W_K A^{-T}, b_K A^{-T}, W_V B, b_V B, B^{-1} W_O) = f(W_Q, b_Q, W_K, b_K, W_V, b_V, W_O)",
    hypotheses="A and B invertible, any for each head; nothing stands between queries and keys: no rotary embedding and no "
    "query-key norm, which break it for A (and leave it for B)",
    cites=SOURCES,
    controls=controls_of("A for A^-T", *CHANGING) | controls_of(ROTARY, "Equinox") | controls_of(NORM, "Flax"),
    derivation=derivations.changes_of_basis,
    evidence=("derived", "sampled"),
    systems=("balls",),
    dtypes=WIDE,
    refutes={
        "queries and keys times A and A^-T, with rotary embedding": basis_claim((2, 1), (1, 1), rotated=True),
        "queries and keys times A and A^-T, with a query-key norm": basis_claim((16, 9), (3, 4), normed=True),
    },
    needs=LIBRARIES,
)
def queries_and_keys_are_known_up_to_a_change_of_basis(trials: Trials, *, fault: str = "", only: str = "") -> None:
    for name, (function, before, after) in stacks(CHANGING, trials, fault, only):
        trials.compare(name, function, after, before)


def changing_key_biases(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """ARCH.5: another key bias, drawn afresh."""
    shift = trials.generator.standard_normal((count, 1, HEADS, SIZE, 1))
    return {"query bias" if fault == "query bias" else "key bias": lambda heads: heads + shift}


BIASED = acting(changing_key_biases)


def bias_claim(*, rotated: bool = False):
    """What ARCH.5 says of the scores of one query and two keys that are 0 without their bias (0, 1)."""

    def claim():
        query, keys = Symbol.of([1, 0]), Symbol.of([[0, 0], [0, 0]])
        return scores(query, keys + Symbol.of([0, 1]), rotated=rotated), scores(query, keys, rotated=rotated)

    return claim


@theorem(
    "ARCH.5",
    title="The key bias changes nothing",
    statement=r"f(b_K + c) = f(b_K): \quad q_t \cdot (k_s + c) = q_t \cdot k_s + q_t \cdot c, "
    r"\quad \mathrm{softmax}_s(u_{ts} + c_t) = \mathrm{softmax}_s(u_{ts})",
    hypotheses="softmax over keys; no rotary embedding, which turns the bias differently at every position, and no "
    "query-key norm",
    cites=SOURCES,
    controls=controls_of("query bias", *BIASED),
    derivation=derivations.key_bias,
    evidence=("derived", "sampled"),
    systems=("balls",),
    dtypes=WIDE,
    refutes={"the key bias changes nothing, with rotary embedding": bias_claim(rotated=True)},
    needs=LIBRARIES,
)
def the_key_bias_changes_nothing(trials: Trials, *, fault: str = "", only: str = "") -> None:
    for name, (function, before, after) in stacks(BIASED, trials, fault, only):
        trials.compare(name, function, after, before)

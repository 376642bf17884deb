"""ARCH: the symmetries of attention, in Flax's and Equinox's modules (theus2025generalized, tran2025equivariant).

In both libraries every parameter of queries, keys, values and outputs can be read as an array (networks, before, head, size,
after). A symmetry is a change of such arrays for each of these parts.
"""

import functools
from collections.abc import Callable, Mapping
from typing import TypeAlias

import jax
import numpy as np
import sympy

from proofs.architectures import KEY, LIBRARIES, Case, Network, Options, controls_of, each_network, shapes_in_equinox
from proofs.derivations import attention as derivations
from proofs.stacks import Change, acted, along, orders, random_stack
from symmetry.engine.measure import Trials
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import WIDE, theorem

SOURCES = ("vaswani2017attention", "theus2025generalized", "tran2025equivariant")

POSITIONS, FEATURES, HEADS, SIZE = 3, 3, 3, 4

ROTARY, NORM, DROPOUT = "rotary embedding", "query-key norm", "dropout of attention weights"
"""Faults that change the module: it turns or norms queries and keys before they meet, or drops weights of positions."""

RATE = 0.5
"""The probability with which weights drop out."""

BIASES: Options = {f"use_{name}_bias": True for name in ("query", "key", "value", "output")}
"""Equinox's options for attention with all biases."""

Parts: TypeAlias = Mapping[str, Mapping[str, int]]
"""For each part, such as "query" or "query bias", its parameters by path, with the size of the axis after head and size."""

Symmetry: TypeAlias = Callable[[Trials, int, str], Mapping[str, Change]]
"""A function of (trials, count, fault): the change of each part that it moves."""


def flax_attention(trials: Trials, fault: str) -> tuple[Callable, Case, Parts]:
    """Flax's module as a function of one case, the shapes in a case, and the module's parts."""
    from flax import linen

    kinds: Options = {"dtype": trials.dtype, "param_dtype": trials.dtype, "normalize_qk": fault == NORM}
    if fault == DROPOUT:
        kinds |= {"dropout_rate": RATE, "deterministic": False}
    module = linen.MultiHeadDotProductAttention(HEADS, qkv_features=HEADS * SIZE, out_features=FEATURES, **kinds)
    x = jax.ShapeDtypeStruct((POSITIONS, FEATURES), trials.dtype)
    like = {"attention": jax.eval_shape(module.init, KEY, x)["params"], "x": x}
    parts = {name: {f"attention/{name}/kernel": 1, f"attention/{name}/bias": 1} for name in ("query", "key", "value")}
    parts |= {f"{name} bias": {f"attention/{name}/bias": 1} for name in parts} | {
        "output": {"attention/out/kernel": FEATURES}
    }
    dropped = {"dropout": jax.random.key(0)} if fault == DROPOUT else None
    return lambda case: module.apply({"params": case["attention"]}, case["x"], rngs=dropped), like, parts


def equinox_attention(trials: Trials, fault: str) -> tuple[Callable, Case, Parts]:
    """The same for Equinox's module."""
    import equinox

    kinds: Options = {"qk_size": SIZE, "vo_size": SIZE, "dtype": trials.dtype}
    if fault == DROPOUT:
        kinds |= {"dropout_p": RATE}
    parameters, rest = shapes_in_equinox(
        lambda key: equinox.nn.MultiheadAttention(HEADS, FEATURES, **BIASES, **kinds, key=key)
    )
    rotate = equinox.nn.RotaryPositionalEmbedding(SIZE, dtype=trials.dtype)

    def rotated(query, key, value):
        over_heads = jax.vmap(rotate, in_axes=1, out_axes=1)
        return over_heads(query), over_heads(key), value

    def function(case):
        x = case["x"]
        whole = equinox.combine(case["attention"], rest)
        process, key = rotated if fault == ROTARY else None, jax.random.key(0) if fault == DROPOUT else None
        return whole(x, x, x, process_heads=process, key=key)

    like = {"attention": parameters, "x": jax.ShapeDtypeStruct((POSITIONS, FEATURES), trials.dtype)}
    parts = {
        name: {f"attention/{name}_proj/weight": FEATURES, f"attention/{name}_proj/bias": 1}
        for name in ("query", "key", "value")
    }
    parts |= {f"{name} bias": {f"attention/{name}_proj/bias": 1} for name in parts}
    parts |= {"output": {"attention/output_proj/weight": 1}}
    return function, like, parts


def on_heads(change: Change, after: int) -> Change:
    """The change of a parameter, given that of the array (networks, before, head, size, after)."""

    def changed(array: np.ndarray) -> np.ndarray:
        heads = array.reshape(len(array), -1, HEADS, SIZE, after)
        return change(heads).reshape(array.shape).astype(array.dtype)

    return changed


MODULES = {"Flax": flax_attention, "Equinox": equinox_attention}


def attention_under(symmetry: Symmetry) -> dict[str, Network]:
    """Each library's module as a network on which the symmetry acts."""
    return {name: functools.partial(before_and_after, module, symmetry) for name, module in MODULES.items()}


def before_and_after(module: Callable, symmetry: Symmetry, trials: Trials, count: int, fault: str):
    """The module as a function of one case, and cases before and after the symmetry has acted."""
    function, like, parts = module(trials, fault)
    before = random_stack(trials.generator, count, like, trials.dtype)
    changes = {
        path: on_heads(change, after)
        for part, change in symmetry(trials, count, fault).items()
        for path, after in parts[part].items()
    }
    return function, before, acted(before, changes)


def permuting_heads(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """One order of heads for all parts."""
    order = along({1: orders(trials.generator, count, HEADS)})
    moved = ("query", "key", "value") if fault == "output blocks left" else ("query", "key", "value", "output")
    return dict.fromkeys(moved, order)


@theorem(
    "ARCH.3",
    title="Attention heads permute, with their blocks of the output weights",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x), \quad (W_Q^h, W_K^h, W_V^h, W_O^h) \mapsto "
    r"(W_Q^{\pi h}, W_K^{\pi h}, W_V^{\pi h}, W_O^{\pi h}), \text{ biases alike}",
    hypotheses="heads of one size; any permutation of them, the same for queries, keys, values and output blocks",
    cites=SOURCES,
    controls=controls_of("output blocks left", *MODULES),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def attention_heads_permute_with_their_output_blocks(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each library's module after its heads are permuted equal those before."""
    for name, function, before, after in each_network(attention_under(permuting_heads), trials, fault, only):
        trials.compare(name, function, after, before)


def invertible(generator: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A matrix for each head, and its inverse: unit triangular times powers of 2 on a diagonal times unit triangular.

    Both are exact, as their entries are dyadic: no rounding error of an inverse is mistaken for the module's.
    """
    shape, one = (count, HEADS, SIZE, SIZE), np.eye(SIZE)
    lower = np.tril(generator.integers(-2, 3, shape) / 2, -1) + one
    upper = np.triu(generator.integers(-2, 3, shape) / 2, 1) + one
    stretches = generator.choice([-1.0, 1.0], shape[:-1]) * 2.0 ** generator.integers(-1, 2, shape[:-1])
    matrix = lower * stretches[..., None, :] @ upper
    return matrix, np.linalg.inv(upper) / stretches[..., None, :] @ np.linalg.inv(lower)


def times(matrices: np.ndarray) -> Change:
    """Every head's axis of its size, times the head's matrix."""
    return lambda heads: np.einsum("nbhsa,nhst->nbhta", heads, matrices)


def changing_bases(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """Queries times A, keys times A^-T, values times B, and output blocks times B^-1 from the left."""
    (a, a_inverse), (b, b_inverse) = (invertible(trials.generator, count) for _ in range(2))
    keys = a if fault == "A for A^-T" else a_inverse.mT
    return {"query": times(a), "key": times(keys), "value": times(b), "output": times(b_inverse.mT)}


def scores(query: np.ndarray, keys: np.ndarray, *, rotated: bool = False, normed: bool = False) -> np.ndarray:
    """The exact scores of the query at position 0, minus the first key's score: the softmax sees only these.

    Rotary embedding turns the key at position n by n right angles; a query-key norm makes all lengths 1.
    """
    if rotated:
        quarter = Symbol.of([[0, 1], [-1, 0]])
        keys = np.stack([key @ np.linalg.matrix_power(quarter, n) for n, key in enumerate(keys)]).view(Symbol)
    if normed:
        query, keys = (each / (each * each).sum(-1, keepdims=True) ** sympy.Rational(1, 2) for each in (query, keys))
    products = keys @ query
    return products - products[0]


TWO_KEYS = Symbol.of([[1, 0], [0, 1]])


def bases_change_nothing_with_rotary_embedding(*, rotated: bool = True):
    """The scores of a query and two keys, with A = diag(2, 1) and without."""
    query, stretches = Symbol.of([1, 1]), Symbol.of([2, 1])
    left = scores(query * stretches, TWO_KEYS / stretches, rotated=rotated)
    return left, scores(query, TWO_KEYS, rotated=rotated)


def bases_change_nothing_with_a_query_key_norm(*, normed: bool = True):
    """The scores of a query and two keys, with A = diag(16, 9) and without."""
    query, stretches = Symbol.of([3, 4]), Symbol.of([16, 9])
    left = scores(query * stretches, TWO_KEYS / stretches, normed=normed)
    return left, scores(query, TWO_KEYS, normed=normed)


@theorem(
    "ARCH.4",
    title="Queries and keys, values and outputs are known up to a change of basis in each head",
    statement=r"f(W_Q A, b_Q A, W_K A^{-T}, b_K A^{-T}, W_V B, b_V B, B^{-1} W_O) = f(W_Q, b_Q, W_K, b_K, W_V, b_V, W_O)",
    hypotheses="A and B invertible, any for each head; nothing stands between queries and keys: no rotary embedding and no "
    "query-key norm, which break it for A (and leave it for B)",
    cites=SOURCES,
    controls=controls_of("A for A^-T", *MODULES) | controls_of(ROTARY, "Equinox") | controls_of(NORM, "Flax"),
    derivation=derivations.changes_of_basis,
    evidence=("derived", "sampled"),
    systems=("balls",),
    dtypes=WIDE,
    refutes={
        "queries and keys times A and A^-T, with rotary embedding": bases_change_nothing_with_rotary_embedding,
        "queries and keys times A and A^-T, with a query-key norm": bases_change_nothing_with_a_query_key_norm,
    },
    needs=LIBRARIES,
)
def queries_and_keys_are_known_up_to_a_change_of_basis(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each library's module after every head's bases are changed equal those before."""
    for name, function, before, after in each_network(attention_under(changing_bases), trials, fault, only):
        trials.compare(name, function, after, before)


def changing_key_biases(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """Random numbers added to the key biases."""
    shift = trials.generator.standard_normal((count, 1, HEADS, SIZE, 1))
    return {"query bias" if fault == "query bias" else "key bias": lambda heads: heads + shift}


def the_key_bias_changes_nothing_with_rotary_embedding(*, rotated: bool = True):
    """The scores of a query and two keys that are 0, with the key bias (0, 1) and without."""
    query, keys = Symbol.of([1, 0]), Symbol.of([[0, 0], [0, 0]])
    return scores(query, keys + Symbol.of([0, 1]), rotated=rotated), scores(query, keys, rotated=rotated)


@theorem(
    "ARCH.5",
    title="The key bias changes nothing",
    statement=r"f(b_K + c) = f(b_K): \quad q_t \cdot (k_s + c) = q_t \cdot k_s + q_t \cdot c, "
    r"\quad \mathrm{softmax}_s(u_{ts} + c_t) = \mathrm{softmax}_s(u_{ts})",
    hypotheses="softmax over keys; no rotary embedding, which turns the bias differently at every position, and no "
    "query-key norm",
    cites=SOURCES,
    controls=controls_of("query bias", *MODULES),
    derivation=derivations.key_bias,
    evidence=("derived", "sampled"),
    systems=("balls",),
    dtypes=WIDE,
    refutes={"the key bias changes nothing, with rotary embedding": the_key_bias_changes_nothing_with_rotary_embedding},
    needs=LIBRARIES,
)
def the_key_bias_changes_nothing(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each library's module with other key biases equal those before."""
    for name, function, before, after in each_network(attention_under(changing_key_biases), trials, fault, only):
        trials.compare(name, function, after, before)

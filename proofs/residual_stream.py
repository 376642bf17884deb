"""ARCH: the symmetries of a whole transformer, in Flax's and Equinox's modules (vaswani2017attention).

Both read tokens and return for each its logits, in the order of the case's labels, and its loss. Flax's transformer reads
words out with its embedding, Equinox's with a head of its own.
"""

import functools
from collections.abc import Callable, Mapping
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from proofs.architectures import KEY, LIBRARIES, Case, Network, Options, controls_of, each_network, shapes_in_equinox
from proofs.attention import BIASES
from proofs.stacks import Change, acted, along, orders, random_stack
from symmetry.engine.measure import Trials
from symmetry.statements.theorem import WIDE, theorem

SOURCES = ("theus2025generalized", "ainsworth2023git", "vaswani2017attention")

WORDS, POSITIONS, FEATURES, HIDDEN, HEADS, SIZE = 5, 3, 4, 3, 2, 2

Axes: TypeAlias = Mapping[str, int]
"""Parameters by path, with one of their axes."""

Symmetry: TypeAlias = Callable[[Trials, int, str, Axes, Axes], Mapping[str, Change]]
"""A function of (trials, count, fault, axes of features, axes of words): the change of each array that it moves."""


def logits_of(case: Case, embedded, part: Callable, read_out: Callable):
    """A transformer of one block: attention and a hidden layer read the stream through a norm and add to it.

    `part` applies the part of that name to an array (positions, features). A loss is a difference of numbers as large as
    the logits, with a rounding error to match: so logits and losses are one array, with one yardstick.
    """
    stream = embedded + case["positions"]
    stream = stream + part("attention", part("attention norm", stream))
    stream = stream + part("writer", jax.nn.gelu(part("reader", part("hidden norm", stream))))
    logits = read_out(part("last norm", stream))
    losses = -jnp.take_along_axis(jax.nn.log_softmax(logits), case["targets"][:, None], axis=1)
    return jnp.concatenate([logits[:, case["labels"]], losses], axis=1)


def flax_transformer(dtype: np.dtype) -> tuple[Callable, dict[str, Case], Axes, Axes]:
    """Flax's transformer as a function of one case, the shapes in a case, and the axes of features and of words."""
    from flax import linen

    kinds: Options = {"dtype": dtype, "param_dtype": dtype}
    modules: dict[str, linen.Module] = {
        "attention norm": linen.LayerNorm(**kinds),
        "attention": linen.MultiHeadDotProductAttention(HEADS, qkv_features=HEADS * SIZE, **kinds),
        "hidden norm": linen.LayerNorm(**kinds),
        "reader": linen.Dense(HIDDEN, **kinds),
        "writer": linen.Dense(FEATURES, **kinds),
        "last norm": linen.LayerNorm(**kinds),
    }
    embedding = linen.Embed(WORDS, FEATURES, **kinds)
    stream, hidden = (jax.ShapeDtypeStruct((POSITIONS, width), dtype) for width in (FEATURES, HIDDEN))

    def function(case):
        def part(name, x):
            return modules[name].apply({"params": case[name]}, x)

        bound = embedding.bind({"params": case["embedding"]})
        return logits_of(case, bound(case["tokens"]), part, bound.attend)

    inputs = dict.fromkeys(modules, stream) | {"writer": hidden}
    like = {name: jax.eval_shape(module.init, KEY, inputs[name])["params"] for name, module in modules.items()}
    like["embedding"] = jax.eval_shape(embedding.init, KEY, jax.ShapeDtypeStruct((1,), int))["params"]
    norms = {f"{name}/{kind}": 0 for name in modules if "norm" in name for kind in ("scale", "bias")}
    readers = {f"attention/{name}/kernel": 0 for name in ("query", "key", "value")} | {"reader/kernel": 0}
    writers = {"writer/kernel": 1, "writer/bias": 0, "attention/out/kernel": 2, "attention/out/bias": 0}
    features = {"embedding/embedding": 1, "positions": 1, **norms, **readers, **writers}
    return function, like, features, {"embedding/embedding": 0}


def equinox_transformer(dtype: np.dtype) -> tuple[Callable, dict[str, Case], Axes, Axes]:
    """The same for Equinox's transformer."""
    import equinox

    def build(key):
        kinds: Options = {"dtype": dtype, "key": key}
        norms = ("attention norm", "hidden norm", "last norm")
        return {name: equinox.nn.LayerNorm(FEATURES, dtype=dtype) for name in norms} | {
            "attention": equinox.nn.MultiheadAttention(HEADS, FEATURES, **BIASES, **kinds),
            "reader": equinox.nn.Linear(FEATURES, HIDDEN, **kinds),
            "writer": equinox.nn.Linear(HIDDEN, FEATURES, **kinds),
            "embedding": equinox.nn.Embedding(WORDS, FEATURES, **kinds),
            "head": equinox.nn.Linear(FEATURES, WORDS, **kinds),
        }

    like, rest = shapes_in_equinox(build)

    def function(case):
        whole = equinox.combine({name: case[name] for name in rest}, rest)

        def part(name, x):
            return whole[name](x, x, x) if name == "attention" else jax.vmap(whole[name])(x)

        return logits_of(case, part("embedding", case["tokens"]), part, functools.partial(part, "head"))

    norms = {f"{name}/{kind}": 0 for name in like if "norm" in name for kind in ("weight", "bias")}
    readers = {f"attention/{name}_proj/weight": 1 for name in ("query", "key", "value")}
    readers |= {"reader/weight": 1, "head/weight": 1}
    writers = {"attention/output_proj/weight": 0, "attention/output_proj/bias": 0, "writer/weight": 0, "writer/bias": 0}
    features = {"embedding/weight": 1, "positions": 1, **norms, **readers, **writers}
    return function, like, features, {"embedding/weight": 0, "head/weight": 0, "head/bias": 0}


TRANSFORMERS = {"Flax": flax_transformer, "Equinox": equinox_transformer}


def transformers_under(symmetry: Symmetry) -> dict[str, Network]:
    """Each library's transformer as a network on which the symmetry acts."""
    return {name: functools.partial(before_and_after, made, symmetry) for name, made in TRANSFORMERS.items()}


def before_and_after(transformer: Callable, symmetry: Symmetry, trials: Trials, count: int, fault: str):
    """The transformer as a function of one case, and cases before and after the symmetry has acted."""
    function, like, features, words = transformer(trials.dtype)
    like |= {"positions": jax.ShapeDtypeStruct((POSITIONS, FEATURES), trials.dtype)}
    read, targets = trials.generator.integers(WORDS, size=(2, count, POSITIONS))
    labels = np.tile(np.arange(WORDS), (count, 1))
    data = {"tokens": read, "targets": targets, "labels": labels}
    before = random_stack(trials.generator, count, like, trials.dtype) | data
    return function, before, acted(before, symmetry(trials, count, fault, features, words))


def permuting_features(trials: Trials, count: int, fault: str, features: Axes, words: Axes) -> dict[str, Change]:
    """One order of the stream's features, for everything that touches it."""
    order = orders(trials.generator, count, FEATURES)
    left_out = "writer" if fault == "one writer left out" else "nothing"
    return {path: along({axis: order}) for path, axis in features.items() if not path.startswith(left_out)}


@theorem(
    "ARCH.6",
    title="A residual stream has one permutation, shared by everything that touches it",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x), \quad E \mapsto E\pi, \quad W_{\text{in}} \mapsto \pi^T W_{\text{in}}, "
    r"\quad (W_{\text{out}}, b_{\text{out}}) \mapsto (W_{\text{out}}\pi, b_{\text{out}}\pi), \quad "
    r"(\gamma, \beta) \mapsto (\gamma\pi, \beta\pi)",
    hypotheses="any one permutation of the features, in the embeddings of words and positions, in what reads the stream "
    "(queries, keys, values, hidden layers, head), in what writes to it, and in its layer norms",
    cites=SOURCES,
    controls=controls_of("one writer left out", *TRANSFORMERS),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def a_residual_stream_has_one_permutation(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each library's transformer after the stream's features are permuted equal those before."""
    for name, function, before, after in each_network(transformers_under(permuting_features), trials, fault, only):
        trials.compare(name, function, after, before)


def relabelling_words(trials: Trials, count: int, fault: str, features: Axes, words: Axes) -> dict[str, Change]:
    """One order of the words, in parameters and data: word w becomes word inverse[w]."""
    order = orders(trials.generator, count, WORDS)
    inverse = np.argsort(order, axis=1)
    parameters: dict[str, Change] = {path: along({axis: order}) for path, axis in words.items()}
    data: dict[str, Change] = dict.fromkeys(
        ("tokens", "targets", "labels"), lambda old: np.take_along_axis(inverse, old, axis=1)
    )
    return parameters if fault == "parameters only" else parameters | data


@theorem(
    "ARCH.7",
    title="Relabelling the vocabulary is a symmetry of parameters and data together",
    statement=r"f(\pi\cdot\theta, \pi\cdot x)_{\pi\cdot w} = f(\theta, x)_w, \quad "
    r"L(\pi\cdot\theta; \pi\cdot x, \pi\cdot y) = L(\theta; x, y)",
    hypotheses="any permutation of the words, in the rows of the embedding, the outputs of the head, tokens and targets; "
    "head and embedding tied or not",
    cites=SOURCES,
    controls=controls_of("parameters only", *TRANSFORMERS),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def relabelling_the_vocabulary_is_a_symmetry_of_parameters_and_data(
    trials: Trials, *, fault: str = "", only: str = ""
) -> None:
    """The outputs of each library's transformer after words are relabelled equal those before, word for word."""
    for name, function, before, after in each_network(transformers_under(relabelling_words), trials, fault, only):
        trials.compare(name, function, after, before)

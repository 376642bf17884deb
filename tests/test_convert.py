"""Converters on modules of Flax and Equinox: the function stays, the tree keeps its form, and nothing happens in place."""

import functools

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from symmetry import convert
from symmetry.discovery.leaves import named_arrays
from tests.small_models import HEADS, IMAGE, SIZE, WIDTH, X, interleaved_rotary, normal, rotary


def moved(params, seed: int = 7):
    """The tree with every number drawn anew, so that no scale is 1 and no bias 0; what must be positive is."""

    def drawn(path, leaf):
        if not eqx.is_inexact_array(leaf):
            return leaf
        numbers = np.random.default_rng(seed + len(str(path))).normal(size=leaf.shape) * 0.5
        return jnp.asarray(np.abs(numbers) + 0.5 if "var" in str(path) else numbers, leaf.dtype)

    return jax.tree_util.tree_map_with_path(drawn, params)


def of_nnx(module: nnx.Module, call=None):
    """The program and the parameters of a module of Flax's nnx."""
    graph, state = nnx.split(module)
    run = (lambda m, x: m(x)) if call is None else call
    return lambda state, x: run(nnx.merge(graph, state), x), moved(state)


class TwoReaders(nnx.Module):
    """A norm that two linear layers read, one of them with a bias."""

    def __init__(self, norm, rngs):
        self.norm = norm(WIDTH, rngs=rngs)
        self.up = nnx.Linear(WIDTH, 3, rngs=rngs)
        self.gate = nnx.Linear(WIDTH, 3, rngs=rngs)

    def __call__(self, x):
        x = self.norm(x)
        return self.up(x) * jax.nn.silu(self.gate(x))


@pytest.mark.parametrize(("norm", "shift"), [(nnx.LayerNorm, "norm/bias/value"), (nnx.RMSNorm, None)])
def test_a_norm_of_nnx_folds_into_both_readers_and_not_into_one(norm, shift):
    apply, params = of_nnx(TwoReaders(norm, nnx.Rngs(0)))
    readers = {f"{name}/kernel/value:0": f"{name}/bias/value" for name in ("up", "gate")}
    folded = convert.fold_norm(params, scale="norm/scale/value", shift=shift, readers=readers)
    convert.checked(apply, params, folded, X)
    assert (named_arrays(folded)["norm/scale/value"] == 1).all()
    readers.popitem()
    half_way = convert.fold_norm(params, scale="norm/scale/value", shift=shift, readers=readers)
    with pytest.raises(convert.ConversionRefused, match="f and g are different functions"):
        convert.checked(apply, params, half_way, X)


def test_a_norm_of_equinox_folds_into_a_kernel_that_is_multiplied_from_the_left():
    norm, layer = eqx.nn.LayerNorm(WIDTH), eqx.nn.Linear(WIDTH, 3, key=jax.random.key(0))
    params = moved({"norm": norm, "layer": layer})
    folded = convert.fold_norm(params, scale="norm/weight", shift="norm/bias", readers={"layer/weight:1": "layer/bias"})
    convert.checked(lambda p, x: jax.vmap(lambda row: p["layer"](p["norm"](row)))(x), params, folded, X)


class ConvolutionAndNorm(nn.Module):
    use_bias: bool

    @nn.compact
    def __call__(self, x):
        return nn.BatchNorm(use_running_average=True)(nn.Conv(3, (3, 3), use_bias=self.use_bias)(x))


@pytest.mark.parametrize("use_bias", [True, False])
def test_a_batch_norm_of_linen_folds_into_the_convolution_before_it(use_bias):
    module = ConvolutionAndNorm(use_bias)
    params = moved(module.init(jax.random.key(0), IMAGE))
    folded = convert.fold_batch_norm(
        params,
        kernel="params/Conv_0/kernel:3",
        bias="params/Conv_0/bias" if use_bias else None,
        scale="params/BatchNorm_0/scale",
        shift="params/BatchNorm_0/bias",
        mean="batch_stats/BatchNorm_0/mean",
        variance="batch_stats/BatchNorm_0/var",
        epsilon=1e-5,
    )
    convert.checked(module.apply, params, folded, IMAGE)
    assert not named_arrays(folded)["batch_stats/BatchNorm_0/mean"].any()
    assert bool(named_arrays(folded)["params/BatchNorm_0/bias"].any()) is not use_bias


def test_a_value_bias_of_nnx_moves_to_the_output():
    module = nnx.MultiHeadAttention(HEADS, WIDTH, rngs=nnx.Rngs(0), decode=False)
    apply, params = of_nnx(module)
    move = functools.partial(
        convert.move_value_bias,
        params,
        value_bias="value/bias/value",
        output="out/kernel/value:2",
        output_bias="out/bias/value",
        size=SIZE,
    )
    made = move(dropout=0.0)
    convert.checked(apply, params, made, X)
    assert not named_arrays(made)["value/bias/value"].any()
    for dropout, sink in ((0.1, False), (0.0, True)):
        with pytest.raises(convert.ConversionRefused, match=r"expected weights of attention that sum to 1.*\(ATT.1\)"):
            move(dropout=dropout, sink=sink)


def test_a_value_bias_comes_once_for_each_query_head_that_shares_it():
    params = {"v": normal(1, SIZE), "o": normal(2, WIDTH, WIDTH), "b": normal(3, WIDTH)}

    def apply(p, x):
        values = x[:, :SIZE] + p["v"]
        heads = [jax.nn.softmax(sign * x @ x.T, -1) @ values for sign in (1.0, -1.0)]
        return jnp.concatenate(heads, -1) @ p["o"] + p["b"]

    made = convert.move_value_bias(params, value_bias="v", output="o:1", output_bias="b", size=SIZE, dropout=0.0)
    convert.checked(apply, params, made, X)


@pytest.fixture
def equinox_attention():
    module = eqx.nn.MultiheadAttention(HEADS, WIDTH, use_query_bias=True, use_key_bias=True, key=jax.random.key(0))

    def with_positions(turn):
        def process(query, key, value):
            def turned(heads):
                return turn(heads.transpose(1, 0, 2)).transpose(1, 0, 2)

            return turned(query), turned(key), value

        return lambda m, x: m(x, x, x, process_heads=process)

    return with_positions, moved(module)


AXES = {
    "queries": ["query_proj/weight:0", "query_proj/bias:0"],
    "keys": ["key_proj/weight:0", "key_proj/bias:0"],
    "size": SIZE,
}


def test_rotary_attention_of_equinox_goes_from_halves_to_neighbours_and_back(equinox_attention):
    program, params = equinox_attention
    made = convert.interleave_rotary(params, **AXES)
    convert.checked(program(rotary), params, made, X, apply_after=program(interleaved_rotary))
    back = convert.split_rotary(made, **AXES)
    given = named_arrays(params)
    assert all((array == given[path]).all() for path, array in named_arrays(back).items())


def test_the_halves_are_those_of_equinoxs_own_rotary_embedding(equinox_attention):
    program, params = equinox_attention
    own = eqx.nn.RotaryPositionalEmbedding(SIZE)
    made = convert.interleave_rotary(params, **AXES)
    turned = program(lambda heads: jax.vmap(own)(heads))
    convert.checked(turned, params, made, X, apply_after=program(interleaved_rotary))


def test_a_bias_beside_a_rotated_kernel_must_be_named(equinox_attention):
    _, params = equinox_attention
    with pytest.raises(convert.ConversionRefused, match=r"query_proj/bias stands beside query_proj/weight and is not"):
        convert.interleave_rotary(params, queries=AXES["queries"][:1], keys=AXES["keys"], size=SIZE)


def test_only_the_rotated_entries_of_a_head_are_reordered():
    made = convert.interleave_rotary(
        {"q": np.arange(6), "k": np.arange(6)}, queries=["q:0"], keys=["k:0"], size=6, rotated=4
    )
    assert made["k"].tolist() == [0, 2, 1, 3, 4, 5]


def test_an_adapter_of_nnx_merges_and_keeps_its_function_under_a_change_of_basis():
    apply, params = of_nnx(nnx.LoRALinear(WIDTH, 3, lora_rank=2, rngs=nnx.Rngs(0)))
    a, b = params["lora"]["lora_a"][...], params["lora"]["lora_b"][...]
    one, other = convert.regauge_adapter(a, b, [[2.0, 1.0], [0.0, 4.0]])
    changed = jax.tree.map(lambda leaf: leaf, params)
    changed["lora"]["lora_a"].set_value(one)
    changed["lora"]["lora_b"].set_value(other)
    assert not np.array_equal(one, a)
    convert.checked(apply, params, changed, X)
    kernel = convert.merge_adapter(params["kernel"][...], a, b, scaling=1.0)
    convert.checked(apply, params, kernel, X, apply_after=lambda k, x: x @ k + params["bias"][...])


@pytest.mark.parametrize("rank", [None, 2, 3])
def test_adapters_combine_by_their_products_in_the_type_they_had(rank):
    first = (np.ones((3, 1), np.float32), np.ones((1, 2), np.float32), 2.0)
    second = (np.eye(3, 1, dtype=np.float32), np.eye(1, 2, dtype=np.float32), 1.0)
    left, right = convert.combine_adapters([first, second], [0.25, 3.0], rank=rank)
    np.testing.assert_allclose(left @ right, 0.5 * first[0] @ first[1] + 3 * second[0] @ second[1], atol=1e-6)
    assert left.dtype == np.float32
    assert left.shape[1] == (2 if rank is None else rank)


def experts_of_equinox():
    keys = jax.random.split(jax.random.key(0), 4)
    experts = [eqx.nn.MLP(WIDTH, WIDTH, 4, 1, key=key) for key in keys[:3]]

    def apply(params, x):
        logits = jax.vmap(params["router"])(x)
        weights = jax.nn.softmax(jnp.where(logits >= jax.lax.top_k(logits, 2)[0][:, 1:], logits, -jnp.inf), -1)
        return sum(weights[:, [place]] * jax.vmap(expert)(x) for place, expert in enumerate(params["experts"]))

    return apply, moved({"experts": experts, "router": eqx.nn.Linear(WIDTH, 3, key=keys[3])})


def test_experts_of_equinox_change_places_with_the_outputs_of_their_router():
    apply, params = experts_of_equinox()
    params["experts"] = [moved(expert, seed) for seed, expert in enumerate(params["experts"])]
    experts = [f"experts/{{}}/layers/{layer}/{part}" for layer in (0, 1) for part in ("weight", "bias")]
    made = convert.reorder_experts(params, [2, 0, 1], experts=experts, router=["router/weight:0", "router/bias:0"])
    convert.checked(apply, params, made, X)
    forgotten = convert.reorder_experts(params, [2, 0, 1], experts=experts, router=["router/weight:0"])
    with pytest.raises(convert.ConversionRefused, match="different functions"):
        convert.checked(apply, params, forgotten, X)
    with pytest.raises(convert.ConversionRefused, match=r"tokens would go to other experts.*\(MOE.1\)"):
        convert.reorder_experts(params, [2, 0, 1], experts=experts, router=[])


def test_a_unit_of_equinox_splits_and_merges_again():
    params = moved(eqx.nn.MLP(WIDTH, 2, 3, 1, key=jax.random.key(0)))
    where = {"incoming": ["layers/0/weight:0", "layers/0/bias:0"], "outgoing": ["layers/1/weight:1"]}

    def apply(m, x):  # a module of Equinox knows its widths, so that one with other widths is called layer by layer
        hidden = jax.nn.relu(x @ m.layers[0].weight.T + m.layers[0].bias)
        return hidden @ m.layers[1].weight.T + m.layers[1].bias

    split = convert.split_unit(params, 1, share=0.25, **where)
    assert named_arrays(split)["layers/0/weight"].shape == (4, WIDTH)
    convert.checked(apply, params, split, X)
    convert.checked(apply, params, convert.merge_units(split, [1, 3], **where), X)
    with pytest.raises(convert.ConversionRefused, match=r"units \[0, 1\] differ in layers/0/weight:0.*\(DUP.1\)"):
        convert.merge_units(params, [0, 1], **where)


@pytest.mark.parametrize("layout", ["parts", "groups"])
@pytest.mark.parametrize("axis", [0, -1])
def test_projections_fuse_and_split_in_either_layout(layout, axis):
    shapes = [(4 * SIZE, WIDTH), (2 * SIZE, WIDTH), (2 * SIZE, WIDTH)]
    parts = [normal(seed, *(shape if axis == 0 else shape[::-1])) for seed, shape in enumerate(shapes)]
    fused = convert.fuse_projections(*parts, size=SIZE, layout=layout, axis=axis)
    again = convert.split_projections(fused, size=SIZE, query_heads=4, key_heads=2, layout=layout, axis=axis)
    assert isinstance(fused, jax.Array)
    assert all(np.array_equal(one, other) for one, other in zip(parts, again, strict=True))


def test_centred_writers_leave_a_model_behind_layer_norms_as_it_is():
    params = moved({"embed": np.zeros((7, WIDTH), np.float32), "head": eqx.nn.Linear(WIDTH, 2, key=jax.random.key(1))})

    def apply(p, tokens):
        norm = eqx.nn.LayerNorm(WIDTH, use_weight=False, use_bias=False)
        return jax.vmap(lambda token: p["head"](norm(p["embed"][token])))(tokens)

    made = convert.center_writers(params, writers=["embed:1"], readers={"head": "layer norm"})
    convert.checked(apply, params, made, jnp.array([3, 1, 4]))
    with pytest.raises(convert.ConversionRefused, match=r"head reads the stream behind 'rms norm'.*\(LN.1\)"):
        convert.center_writers(params, writers=["embed:1"], readers={"head": "rms norm"})

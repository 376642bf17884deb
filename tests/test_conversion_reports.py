"""Ten public reports of wrong conversions, re-created small: a theorem, a comparison or a converter's refusal decides each.

The table in docs/convert.md says which; its rows are compared with those here.
"""

import re
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry import convert, same_function
from symmetry.convert import ConversionRefused
from tests.small_models import (
    HEADS,
    IMAGE,
    ROOT,
    SIZE,
    WIDTH,
    X,
    attention,
    attention_params,
    conv,
    dense,
    dense_params,
    interleaved_rotary,
    layer_norm,
    merge_heads,
    norm_params,
    normal,
    rms_norm,
    rotary,
    split_heads,
    weighted,
)

PAGE = (Path(__file__).parent.parent / "docs" / "convert.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| \[([^\]]+)\]\(https://[^)]+\) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE))
REPORTS: dict[str, Callable[[], str]] = {}
"""By repository and number: re-creates the report, and returns what decided it."""


def report(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    def register(recreate: Callable[[], str]) -> Callable[[], str]:
        REPORTS[name] = recreate
        return recreate

    return register


def refused(conversion: Callable[[], object]) -> str:
    """The theorem that a converter's refusal names, or that the function itself was compared."""
    with pytest.raises(ConversionRefused) as raised:
        conversion()
    return f"refused: {raised.value.theorem or 'the comparison'}"


def tells_apart(
    apply: Callable, params, wrong_apply: Callable, wrong, right_apply: Callable, right, x, theorem: str
) -> str:
    """The wrong conversion is another function, the right one is not: then the theorem decides."""
    assert not same_function(apply, params, wrong_apply, wrong, x, networks=2)
    found = same_function(apply, params, right_apply, right, x, networks=2)
    assert found, str(found)
    return f"told apart: {theorem}"


@report("huggingface/transformers 25199")
def weights_for_halves_run_with_neighbours() -> str:
    params = attention_params()
    right = convert.interleave_rotary(params, queries=["q:1"], keys=["k:1"], size=SIZE)
    before, after = (lambda p, x, turn=turn: attention(p, x, turn=turn) for turn in (rotary, interleaved_rotary))
    return tells_apart(before, params, after, params, after, right, X, "ROPE.2")


@report("huggingface/transformers 31788")
def keys_of_fewer_heads_reordered_as_if_they_had_all() -> str:
    """Heads of queries and of keys have one size; the report's code took the keys' width over the number of queries."""
    params = attention_params() | {"k": normal(5, WIDTH, SIZE), "v": normal(6, WIDTH, SIZE)}

    def model(turn):
        def apply(p, x):
            q = turn(split_heads(x @ p["q"]))
            k, v = (jnp.broadcast_to((x @ p[name])[None], (HEADS, len(x), SIZE)) for name in "kv")
            return merge_heads(weighted(jnp.einsum("hqd,hkd->hqk", q, turn(k)), v)) @ p["o"]

        return apply

    right = convert.interleave_rotary(params, queries=["q:1"], keys=["k:1"], size=SIZE)
    halves = np.asarray(params["k"]).reshape(WIDTH, HEADS, 2, SIZE // HEADS // 2).swapaxes(2, 3).reshape(WIDTH, SIZE)
    wrong = right | {"k": jnp.asarray(halves)}
    return tells_apart(
        model(rotary), params, model(interleaved_rotary), wrong, model(interleaved_rotary), right, X, "ROPE.2"
    )


@report("ooples/AiDotNet 2074")
def biases_left_out_when_kernels_are_reordered() -> str:
    params = {name: {"kernel": normal(1, WIDTH, WIDTH), "bias": normal(2, WIDTH)} for name in ("query", "key")}
    return refused(
        lambda: convert.interleave_rotary(params, queries=["query/kernel:1"], keys=["key/kernel:1"], size=SIZE)
    )


@report("huggingface/peft 1155")
def adapters_averaged_by_their_factors() -> str:
    adapters = [(normal(seed, WIDTH, 2), normal(seed + 1, 2, WIDTH), 1.0) for seed in (1, 3)]
    (left, right, _), (other_left, other_right, _) = adapters
    averaged = (left + other_left) / 2, (right + other_right) / 2

    def sum_of_both(p, x):
        return x @ (p[0][0] @ p[0][1] + p[1][0] @ p[1][1]) / 2

    def apply(p, x):
        return x @ p[0] @ p[1]

    with jax.enable_x64(True):
        given = [tuple(jnp.asarray(part, jnp.float64) for part in each[:2]) for each in adapters]
        wrong = tuple(jnp.asarray(part, jnp.float64) for part in averaged)
        combined = convert.combine_adapters([(one, other, 1.0) for one, other in given], [0.5, 0.5])
        tells_apart(sum_of_both, given, apply, wrong, apply, combined, jnp.asarray(X, jnp.float64), "LORA.2")
    return refused(lambda: convert.combine_adapters(adapters, [0.5, 0.5], rank=2))


@report("TransformerLensOrg/TransformerLens 509")
def a_norm_behind_the_layer_folded_although_the_stream_reads_it() -> str:
    """With norms behind each layer, what they return goes on along the stream as well, which is no linear layer."""
    params = norm_params() | dense_params()
    folded = convert.fold_norm(params, scale="scale", shift="bias", readers={"w1:0": "b1"})

    def norm_before(p, x):
        return x + dense(p, layer_norm(p, x))

    def norm_behind(p, x):
        return layer_norm(p, x) + dense(p, layer_norm(p, x))

    convert.checked(norm_before, params, folded, X, networks=2)
    return refused(lambda: convert.checked(norm_behind, params, folded, X, networks=2))


@report("TransformerLensOrg/TransformerLens 1510")
def the_last_norm_folded_into_an_embedding_that_is_tied() -> str:
    table = normal(1, WIDTH, WIDTH)
    params = {"embed": table, "head": table, "scale": norm_params()["scale"]}
    return refused(lambda: convert.fold_norm(params, scale="scale", readers={"head:1": None}))


@report("mattn/tensai 248")
def the_scale_of_an_embedding_put_into_a_table_that_is_tied() -> str:
    params = {"embed": normal(1, 7, WIDTH)}
    tokens = jnp.array([3, 1, 4])

    def apply(p, t, factor=ROOT):
        return jnp.tanh(p["embed"][t] * factor) @ p["embed"].T

    wrong = {"embed": params["embed"] * ROOT}
    assert not same_function(apply, params, lambda p, t: apply(p, t, 1.0), wrong, tokens, networks=2)
    return refused(lambda: convert.fold_embedding_scale(params, embedding="embed", factor=ROOT, tied=True))


@report("labscommunity/cascadia 61")
def the_scale_of_an_embedding_forgotten() -> str:
    params, tokens = {"embed": normal(1, 7, WIDTH)}, jnp.array([3, 1, 4])
    right = convert.fold_embedding_scale(params, embedding="embed", factor=ROOT, tied=False)

    def before(p, t):
        return jnp.tanh(p["embed"][t] * ROOT)

    def after(p, t):
        return jnp.tanh(p["embed"][t])

    return tells_apart(before, params, after, params, after, right, tokens, "SCALE.6")


@report("pytorch/executorch 19901")
def scales_stored_as_deviations_from_one_taken_as_they_are() -> str:
    params = {"scale": normal(1, WIDTH, scale=0.1), "kernel": normal(2, WIDTH, 3)}

    def before(p, x):
        return rms_norm({"scale": 1 + p["scale"]}, x) @ p["kernel"]

    wrong = convert.fold_norm(params, scale="scale", readers={"kernel:0": None})
    right = convert.fold_norm(params, scale="scale", readers={"kernel:0": None}, centre=1.0)

    def after(p, x):
        return rms_norm({"scale": 1.0}, x) @ p["kernel"]

    return tells_apart(before, params, after, wrong, after, right, X, "LN.2")


@report("ultralytics/yolov3 807")
def the_bias_of_a_convolution_not_scaled_by_the_norm() -> str:
    names = {"kernel": "kernel:3", "bias": "b", "scale": "scale", "shift": "shift", "mean": "mean", "variance": "var"}
    params = {"kernel": normal(1, 3, 3, 2, 3), "b": normal(2, 3), "scale": normal(3, 3), "shift": normal(4, 3)}
    params |= {"mean": normal(5, 3), "var": 0.5 + normal(6, 3) ** 2}

    def before(p, x):
        return (conv(x, p["kernel"]) + p["b"] - p["mean"]) / jnp.sqrt(p["var"] + 1e-5) * p["scale"] + p["shift"]

    def after(p, x):
        return conv(x, p["kernel"]) + p["b"]

    right = convert.fold_batch_norm(params, **names, epsilon=1e-5)
    factor = params["scale"] / jnp.sqrt(params["var"] + 1e-5)
    wrong = right | {"b": params["b"] + params["shift"] - params["mean"] * factor}
    return tells_apart(before, params, after, wrong, after, right, IMAGE, "BN.1")


@report("awslabs/slapo 46")
def a_fused_projection_taken_apart_in_the_other_order() -> str:
    params = attention_params()
    fused = convert.fuse_projections(params["q"], params["k"], params["v"], size=SIZE, layout="groups")
    heads = {"size": SIZE, "query_heads": HEADS, "key_heads": HEADS}
    wrong, right = (
        params | dict(zip("qkv", convert.split_projections(fused, **heads, layout=layout), strict=True))
        for layout in ("parts", "groups")
    )
    return tells_apart(attention, params, attention, wrong, attention, right, X, "GQA.1")


@report("ModelTC/LightCompress 92")
def embeddings_centred_before_norms_that_see_the_mean() -> str:
    params = {"embed": normal(1, 7, WIDTH) + 1.0, "scale": norm_params()["scale"]}
    tokens = jnp.array([3, 1, 4])

    def apply(p, t):
        return rms_norm(p, p["embed"][t])

    centred = params | {"embed": params["embed"] - params["embed"].mean(1, keepdims=True)}
    assert not same_function(apply, params, apply, centred, tokens, networks=2)
    return refused(lambda: convert.center_writers(params, writers=["embed:1"], readers={"mlp": "rms norm"}))


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_decided_as_the_page_says(name):
    assert REPORTS[name]() == ROWS[name]


def test_the_page_lists_the_reports_that_are_recreated_and_at_least_ten():
    assert list(ROWS) == list(REPORTS)
    assert len(REPORTS) >= 10

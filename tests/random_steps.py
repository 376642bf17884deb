"""Operations that random programs are made of: each draws how it is applied to operands of given shapes."""

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from jax import lax

Shape = tuple[int, ...]
Draw = Callable[[st.SearchStrategy], Any]


@dataclasses.dataclass(frozen=True)
class Step:
    """One line of a program.

    Attributes:
        text: how it is printed; {0}, {1} are its operands.
        function: what it does to them.
        operands: their numbers among the values before it.
    """

    text: str
    function: Callable
    operands: tuple[int, ...]

    def __str__(self) -> str:
        return self.text.format(*[f"v{at}" for at in self.operands])


Kind = Callable[..., tuple[str, Callable] | None]
"""A function of `draw` and shapes, that returns how an operation is printed and what it does; None if it does not fit."""


def _axis(draw: Draw, shape: Shape, smallest: int = 1) -> int | None:
    """Some axis that is at least this long."""
    long = [axis for axis, length in enumerate(shape) if length >= smallest]
    return draw(st.sampled_from(long)) if long else None


def along(smallest: int = 1) -> Callable[[Kind], Kind]:
    """An operation along some axis, which it is given, and which is at least this long."""

    def decorated(kind: Kind) -> Kind:
        @functools.wraps(kind)
        def drawn(draw: Draw, shape: Shape, *others: Shape) -> tuple[str, Callable] | None:
            axis = _axis(draw, shape, smallest)
            return None if axis is None else kind(draw, axis, shape, *others)

        return drawn

    return decorated


def entrywise(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    return draw(
        st.sampled_from(
            [
                ("{0} * (2 * {0} + 1)", lambda v: v * (2 * v + 1)),
                ("maximum({0}, 0)", lambda v: jnp.maximum(v, 0)),
                ("-{0}", lambda v: -v),
                ("{0} ^ ({0} >> 1)", lambda v: v ^ (v >> 1)),
                ("where({0} > 1, {0}, 3)", lambda v: jnp.where(v > 1, v, 3)),
            ]
        )
    )


def reshape(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    """All in one axis, two axes in one, or one axis in two; or any lengths."""
    size, lengths = math.prod(shape), []
    kind = draw(st.sampled_from(["merge", "split", "any"]))
    if kind == "merge" and len(shape) > 1:
        at = draw(st.integers(0, len(shape) - 2))
        lengths = [*shape[:at], shape[at] * shape[at + 1], *shape[at + 2 :]]
    elif kind == "split" and shape:
        at = draw(st.integers(0, len(shape) - 1))
        first = draw(st.sampled_from(_divisors(shape[at])))
        lengths = [*shape[:at], first, shape[at] // first, *shape[at + 1 :]]
    else:
        while size > 1 and len(lengths) < 3:
            lengths.append(draw(st.sampled_from(_divisors(size))))
            size //= lengths[-1]
        lengths.append(size)
    return f"{{0}}.reshape({lengths})", lambda v: v.reshape(lengths)


def _divisors(number: int) -> list[int]:
    return [one for one in range(1, number + 1) if number % one == 0]


def transpose(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    order = draw(st.permutations(range(len(shape))))
    return f"{{0}}.transpose({order})", lambda v: v.transpose(order)


@along(2)
def stretch(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    start = draw(st.integers(0, shape[axis] - 1))
    limit = draw(st.integers(start + 1, shape[axis]))
    stride = draw(st.sampled_from([1, 1, 2, 3]))
    index = (slice(None),) * axis + (slice(start, limit, stride),)
    return f"{{0}}[{':, ' * axis}{start}:{limit}:{stride}]", lambda v: v[index]


@along(2)
def unit(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    place = draw(st.integers(0, shape[axis] - 1))
    return f"{{0}}[{':, ' * axis}{place}]", lambda v: v[(slice(None),) * axis + (place,)]


@along(2)
def listed(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    places = np.array(draw(st.lists(st.integers(0, shape[axis] - 1), min_size=1, max_size=shape[axis] + 1)))
    return f"take({{0}}, {places.tolist()}, {axis})", lambda v: jnp.take(v, places, axis)


@along(2)
def written(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    places = np.array(draw(st.lists(st.integers(0, shape[axis] - 1), min_size=1, max_size=3)))
    index = (slice(None),) * axis + (places,)
    how = draw(st.sampled_from(["add", "set", "max"]))
    if draw(st.booleans()):
        return f"{{0}}.at[{':, ' * axis}{places.tolist()}].{how}(2)", lambda v: getattr(v.at[index], how)(2)
    values = f"-{{0}}[{':, ' * axis}:{len(places)}]"
    first = (slice(None),) * axis + (np.arange(len(places)) % shape[axis],)
    return f"{{0}}.at[{':, ' * axis}{places.tolist()}].{how}({values})", lambda v: getattr(v.at[index], how)(-v[first])


@along(2)
def rolled(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    shift = draw(st.integers(1, shape[axis] - 1))
    return f"roll({{0}}, {shift}, {axis})", lambda v: jnp.roll(v, shift, axis)


@along(2)
def flipped(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    return f"flip({{0}}, {axis})", lambda v: jnp.flip(v, axis)


@along(2)
def reduced(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    name = draw(st.sampled_from(["sum", "sum", "max", "prod"]))
    kept = draw(st.booleans())
    return f"{{0}}.{name}({axis}, keepdims={kept})", lambda v: getattr(v, name)(axis, keepdims=kept)


@along()
def normalised(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    """Made like a softmax."""

    def softmax(v: jax.Array) -> jax.Array:
        powers = v - v.max(axis, keepdims=True)
        return powers * powers.sum(axis, keepdims=True)

    return f"softmax({{0}}, {axis})", softmax


@along(2)
def ordered(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    return draw(
        st.sampled_from(
            [
                (f"sort({{0}}, {axis})", lambda v: jnp.sort(v, axis)),
                (f"cumsum({{0}}, {axis})", lambda v: lax.cumsum(v, axis)),
                (f"cummax({{0}}, {axis}, reverse)", lambda v: lax.cummax(v, axis, reverse=True)),
                (f"argmax({{0}}, {axis})", lambda v: jnp.argmax(v, axis).astype(jnp.int32)),
                (f"argsort({{0}}, {axis})", lambda v: jnp.argsort(v, axis).astype(jnp.int32)),
            ]
        )
    )


@along()
def padded(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable] | None:
    low, high = draw(st.integers(-1, 2)), draw(st.integers(-1, 2))
    between = draw(st.sampled_from([0, 0, 1]))
    config = [(low, high, between) if place == axis else (0, 0, 0) for place in range(len(shape))]
    if shape[axis] + low + high < 1:
        return None
    return f"pad({{0}}, 5, {config})", lambda v: lax.pad(v, np.int32(5), config)


@along()
def repeated(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    count = draw(st.integers(2, 3))
    reps = tuple(count if place == axis else 1 for place in range(len(shape)))
    return draw(
        st.sampled_from(
            [
                (f"repeat({{0}}, {count}, {axis})", lambda v: jnp.repeat(v, count, axis)),
                (f"tile({{0}}, {reps})", lambda v: jnp.tile(v, reps)),
                (f"stack([{{0}}] * {count}, {axis})", lambda v: jnp.stack([v] * count, axis)),
            ]
        )
    )


@along(2)
def masked(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    """Times a constant: blocks along an axis, places, or the identity or a triangle over two axes of one length."""
    length = shape[axis]
    others = [place for place, other in enumerate(shape) if other == length and place != axis]
    kinds = ["places", "pieces", "pieces"] + ["1 - eye", "eye", "tril"] * bool(others)
    kind = draw(st.sampled_from(kinds))
    if kind in ("places", "pieces"):
        entries = np.arange(length) if kind == "places" else np.arange(length) % (length + 1) // draw(st.integers(1, 3))
        entries = entries % draw(st.integers(2, 3)) + 1
        form = tuple(-1 if place == axis else 1 for place in range(len(shape)))
    else:
        square = {"1 - eye": 1 - np.eye(length), "eye": np.eye(length), "tril": np.tri(length)}[kind]
        entries = square.astype(int)
        other = draw(st.sampled_from(others))
        form = tuple(length if place in (axis, other) else 1 for place in range(len(shape)))
    mask = entries.astype(np.int32).reshape(form)
    return f"{{0}} * {mask.tolist()}", lambda v: v * mask


@along()
def gram(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    """A product with itself, contracted along an axis."""
    return f"tensordot({{0}}, {{0}}, ({axis}, {axis}))", lambda v: jnp.tensordot(v, v, (axis, axis))


@along(2)
def computed(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    """A stretch that begins at a place which depends on all entries."""
    size = draw(st.integers(1, shape[axis]))
    return (
        f"dynamic_slice({{0}}, {{0}}.sum() % {shape[axis]}, {size}, {axis})",
        lambda v: lax.dynamic_slice_in_dim(v, v.sum() % shape[axis], size, axis),
    )


@along(2)
def looped(draw: Draw, axis: int, shape: Shape) -> tuple[str, Callable]:
    """A loop over the rows along an axis, that carries something or not."""
    if draw(st.booleans()):
        return f"map(lambda row: row * row.sum(), {{0}}, {axis})", lambda v: lax.map(
            lambda row: row * row.sum(), jnp.moveaxis(v, axis, 0)
        )
    back = draw(st.booleans())

    def scanned(v: jax.Array) -> jax.Array:
        rows = jnp.moveaxis(v, axis, 0)
        return lax.scan(lambda carry, row: (2 * carry + row, carry * row), jnp.zeros_like(rows[0]), rows, reverse=back)[
            1
        ]

    return f"scan(lambda carry, row: (2 * carry + row, carry * row), 0, {{0}}, {axis}, reverse={back})", scanned


def meeting(one: Shape, other: Shape, turn: int) -> Callable[[jax.Array], jax.Array]:
    """The function that makes an array of the second shape fit for arithmetic with one of the first.

    Axes of equal length meet, from the left or the right; what meets none is summed.
    """
    free = list(range(len(one)))[:: 1 if turn else -1]
    places: dict[int, int] = {}
    for axis, length in enumerate(other):
        place = next((place for place in free if one[place] == length), None)
        if place is not None:
            free.remove(place)
            places[axis] = place
    rest = tuple(axis for axis in range(len(other)) if axis not in places)
    left = [places[axis] for axis in range(len(other)) if axis in places]
    order = [left.index(place) for place in sorted(left)]
    form = [length if place in left else 1 for place, length in enumerate(one)]
    return lambda v: v.sum(rest).transpose(order).reshape(form)


def together(kind: Kind) -> Kind:
    """An operation on two arrays, which gets the second made fit for arithmetic with the first."""

    @functools.wraps(kind)
    def drawn(draw: Draw, one: Shape, other: Shape) -> tuple[str, Callable] | None:
        turn = draw(st.integers(0, 1))
        fit = meeting(one, other, turn)
        made = kind(draw, one)
        if made is None:
            return None
        text, function = made
        return text.replace("{1}", f"fit{turn}({{1}})"), lambda v, w: function(v, fit(w))

    return drawn


@together
def arithmetic(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    return draw(
        st.sampled_from(
            [
                ("{0} + {1}", jnp.add),
                ("{0} * {1}", jnp.multiply),
                ("maximum({0}, {1})", jnp.maximum),
                ("where({0} > {1}, {0}, 3)", lambda v, w: jnp.where(v > w, v, 3)),
            ]
        )
    )


@together
def joined(draw: Draw, shape: Shape) -> tuple[str, Callable] | None:
    axis = _axis(draw, shape)
    if axis is None:
        return None
    return draw(
        st.sampled_from(
            [
                (
                    f"concatenate([{{0}}, {{1}}], {axis})",
                    lambda v, w: jnp.concatenate([v, jnp.broadcast_to(w, v.shape)], axis),
                ),
                (f"stack([{{0}}, {{1}}], {axis})", lambda v, w: jnp.stack([v, jnp.broadcast_to(w, v.shape)], axis)),
                (
                    f"in_turn([{{0}}, {{1}}], {axis})",
                    lambda v, w: jnp.stack([v, jnp.broadcast_to(w, v.shape)], axis + 1).reshape(
                        *shape[:axis], 2 * shape[axis], *shape[axis + 1 :]
                    ),
                ),
            ]
        )
    )


@together
def branched(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    return draw(
        st.sampled_from(
            [
                (
                    "cond({0}.sum() > 0, v + w, v * w)",
                    lambda v, w: lax.cond(v.sum() > 0, jnp.add, jnp.multiply, v, w),
                ),
                (
                    "fori_loop(0, 3, v * w + 1)",
                    lambda v, w: lax.fori_loop(0, 3, lambda _, state: state * w + 1, v),
                ),
                (
                    "while_loop(v.max() < 99, v * v + w + 1)",
                    lambda v, w: lax.while_loop(
                        lambda u: u[1] < 2, lambda u: (u[0] * w + 1, u[1] + 1), (v, v.max() % 2)
                    )[0],
                ),
            ]
        )
    )


def contracted(draw: Draw, one: Shape, other: Shape) -> tuple[str, Callable] | None:
    """`dot_general` over one pair of axes of equal length, with another as a batch, if there is one."""
    pairs = [(a, b) for a, first in enumerate(one) for b, second in enumerate(other) if first == second]
    if not pairs:
        return None
    sums = draw(st.sampled_from(pairs))
    rest = [(a, b) for a, b in pairs if a != sums[0] and b != sums[1]]
    batch = draw(st.sampled_from([*[[pair] for pair in rest], []]))
    numbers = (([sums[0]], [sums[1]]), ([a for a, _ in batch], [b for _, b in batch]))
    return f"dot_general({{0}}, {{1}}, {numbers})", lambda v, w: lax.dot_general(v, w, numbers)


@along(2)
def looked_up(draw: Draw, axis: int, table: Shape, _: Shape) -> tuple[str, Callable]:
    return (
        f"take({{0}}, {{1}} % {table[axis]}, {axis})",
        lambda v, w: jnp.take(v, w % table[axis], axis),
    )


@along(2)
def scattered(draw: Draw, axis: int, shape: Shape, other: Shape) -> tuple[str, Callable] | None:
    """Entries at places that are computed."""
    how = draw(st.sampled_from(["add", "set"]))
    if not other:
        return None
    index = (slice(None),) * axis
    return (
        f"{{0}}.at[{':, ' * axis}{{1}}.sum(1...) % {shape[axis]}].{how}(7)",
        lambda v, w: getattr(v.at[(*index, w.sum(range(1, w.ndim)) % shape[axis])], how)(7),
    )


@together
def outer(draw: Draw, shape: Shape) -> tuple[str, Callable]:
    return "outer({0}, {1}).ravel()", lambda v, w: jnp.outer(v, w).ravel()


ALONE: list[Kind] = [
    entrywise, reshape, reshape, transpose, stretch, unit, unit, listed, written, rolled, flipped, reduced, normalised, ordered,
    padded, repeated, masked, masked, gram, computed, looped,
]  # fmt: skip

PAIRS: list[Kind] = [
    arithmetic, arithmetic, arithmetic, joined, joined, branched, contracted, contracted, contracted, looked_up, scattered,
    outer,
]  # fmt: skip

"""What is handed in by people who make mistakes, and by those who mean to."""

import datetime
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[link](javascript:alert(1))",
    "![i](http://x)",
    "a & b &amp; &lt;b&gt;",
    "100% a_b ~x^2 #1 $x$",
    r"\input{/etc/passwd}",
    r"\end{verbatim}\write18{x}",
    "{",
    "}",
    r"\{",
    "\"q\" 'p' `c` ```",
    "--> ]]> */",
    "[/red] [bold] :smile:",
    "{{7*7}} {% raw %} ${x} %s %(x)s {0}",
]
"""Texts that mean something where they are shown: HTML, Markdown, LaTeX, BibTeX, markup of a terminal, templates."""

STRANGE = [
    "",
    " ",
    "\n",
    "\t",
    "\0",
    "\x1b[2J",
    "\ufeff",
    "\u202e",
    "\udcff",
    "é",
    "İ",
    "x" * 10_000,
    "-",
    "--",
    "nan",
    "~",
]

TEXTS = (
    st.sampled_from([*STRANGE, *MARKUP])
    | st.text(max_size=12)
    | st.lists(st.sampled_from(MARKUP), max_size=3).map(" ".join)
)

NO_WHOLE_NUMBERS = [
    "",
    " ",
    "-1",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "1.5",
    "abc",
    "0x10",
    "9" * 5000,
    "1e",
    "--",
    "True",
    "2**9",
]

HUGE = jax.ShapeDtypeStruct((2**40, 2**40), "float32")

ARRAYS = st.sampled_from(
    [
        np.array(1.0),
        np.zeros(0),
        np.zeros((0, 3)),
        np.zeros((3, 0)),
        np.ones((1,) * 33),
        np.array([[np.nan, 1.0]]),
        np.array([[np.inf, -np.inf]]),
        np.array([[5e-324, 1e-310]]),
        np.array([[1e308, 1e308]]),
        np.ones((2, 2), np.float16),
        np.ones((2, 2), np.complex64),
        np.ones((2, 2), bool),
        np.ones((2, 2), int),
        np.array([[2**63]], np.uint64),
        np.array([None, "a"], object),
        np.array([1.0, 2.0], object),
        np.array(["a", "b"]),
        np.array([b"a"]),
        np.array(["2020-01-01"], "datetime64[D]"),
        np.zeros(2, [("a", "f4")]),
        np.ma.masked_equal([1.0, 2.0], 2.0),
        jnp.ones((2, 2), jnp.bfloat16),
        jnp.ones((5, 7)),
        jax.random.key(0),
        HUGE,
    ]
)
"""Arrays that are hardly what is meant: no axes, no entries, too many axes, numbers that are none, and other types."""

SCALARS = st.sampled_from(
    [None, True, 0, -1, 2**31, 2**70, 10**400, 1.5, float("nan"), float("inf"), 1j, b"\xff", datetime.date(2020, 1, 1)]
)

OBJECTS = st.sampled_from([int, len, np, object(), lambda *anything: 1, lambda: 1 / 0, {1}, slice(1), Ellipsis])

KEYS: st.SearchStrategy[Any] = st.sampled_from(["a", "", 1, None, (1, 2), "b"])


def _containers(children: st.SearchStrategy) -> st.SearchStrategy:
    lists = st.lists(children, max_size=3)
    return lists | lists.map(tuple) | st.dictionaries(KEYS, children, max_size=3)


ANYTHING: st.SearchStrategy[Any] = st.recursive(SCALARS | ARRAYS | OBJECTS | TEXTS, _containers, max_leaves=6)
"""Whatever may be handed in the place of an argument, or of a leaf of a tree."""

JSON: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, False, 0, -1, 1, 2**70, 10**400, 1.5, -1e308, 1e308, *MARKUP, *STRANGE]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXTS, children, max_size=3),
    max_leaves=4,
)

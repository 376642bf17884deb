"""Which theorems a sweep can run: those sampled in floats whose law is a function of cases that any device can draw."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import CaseType, case_types, fits, type_name
from symmetry.engine.kernel import exact_settings
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.sweep.drawn import Place, draw

ARCHITECTURES = (
    SAMPLED,
    Architecture((3, 8, 2), batch=1),
    Architecture((2, 4, 3, 4, 2), bias=False, batch=2),
)
"""What a theorem without architectures of its own is swept on, block by block in turn: one hidden layer, two and three."""


def architectures_of(theorem: Theorem) -> tuple[Architecture, ...]:
    """At most three architectures of a theorem on which its cases exist: each takes a kernel of its own."""
    types = case_types(theorem.law)
    return tuple(each for each in theorem.architectures or ARCHITECTURES if fits(types, each))[: len(ARCHITECTURES)]


def reason_against(statement: Statement, dtype: str | None = None) -> str:
    """Why a statement is not swept; "" if it is."""
    if not isinstance(statement, Theorem):
        return "it is the claim of a thread, which is decided and not sampled"
    if not statement.is_drawn:
        return "its law draws and counts for itself, being about the method or about code that is not ours"
    if "sampled" not in statement.evidence or "balls" not in statement.systems:
        return f"its evidence is {', '.join(statement.evidence)}, and not of floats"
    if statement.mistakes or not statement.is_whole:
        return "its law is not fully written"
    if statement.missing:
        return f"it needs {' and '.join(statement.missing)}"
    if dtype is not None and dtype not in statement.dtypes:
        return f"it is not stated of {dtype}, but of {', '.join(statement.dtypes)}"
    if not architectures_of(statement):
        return "no architecture has the cases of its law"
    return next(filter(None, map(_not_drawn, case_types(statement.law).values())), "")


@functools.cache
def _not_drawn(kind: CaseType) -> str:
    """Why a kind of case cannot be drawn on a device; "" if it can."""
    word = jax.ShapeDtypeStruct((), jnp.uint32)
    architecture = Architecture((2, 3, 2), batch=1)
    try:
        with exact_settings():
            jax.eval_shape(
                lambda *words: draw({"case": kind}, architecture, Place(*words), np.dtype("float32")), *[word] * 5
            )
    except Exception:  # whatever an array raises that is not there yet
        return f"a case of {type_name(kind)} is drawn with NumPy, and so not on a device"
    return ""

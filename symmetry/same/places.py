"""Where an equation of a program comes from: the line of code that JAX traced."""

from pathlib import Path

import jax
from jax.extend.core import JaxprEqn

LIBRARIES = ("jax", "jaxlib", "flax", "equinox", "optax", "haiku", "einops")
"""Libraries whose own lines say little about a model."""

HERE = Path(__file__).parent


def place_of(equation: JaxprEqn) -> str:
    """File and line of the reader's code that an equation comes from, such as `port.py:12`; "" if that is unknown."""
    traceback = equation.source_info.traceback
    if traceback is None:
        return ""
    packages = Path(jax.__file__).parent.parent
    for frame in traceback.frames:
        file = Path(frame.file_name)
        inside = file.is_relative_to(packages) and file.relative_to(packages).parts[0] in LIBRARIES
        if not inside and file.parent != HERE:
            return f"{file.name}:{frame.line_num}"
    return ""

"""symmetry: an executable proof that hidden units are interchangeable, and that training which treats equal ones alike
keeps them equal.

Most names below are imported when they are first used, so that importing symmetry costs little and changes nothing.

>>> import symmetry
>>> network = symmetry.network_of([[[1.0, 2.0]], [[3.0], [4.0]]], hidden="tanh")
>>> pi = symmetry.UnitPermutation.of(network, [[1, 0]])
>>> pi.act(network).layers[0].weight.tolist()
[[2.0, 1.0]]
>>> batch = symmetry.batch_of(network, x=[[0.5]], y=[[1.0]])
>>> bool(symmetry.batch_loss(pi.act(network), batch) == symmetry.batch_loss(network, batch))
True
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symmetry.actions import Reflection, TiedUnits, UnitPermutation
    from symmetry.cases import Direction, HiddenUnit, NetworkThroughZero
    from symmetry.discovery import discover
    from symmetry.discovery.specification import from_axes, to_axes
    from symmetry.engine.derive import Run, Step
    from symmetry.gradcheck import Undecided, WrongGradient, check_backprop, check_layer, check_network
    from symmetry.modelcheck import check
    from symmetry.network import Batch, Gradient, Layer, Network, backprop, batch_loss, batch_of, forward, network_of
    from symmetry.notebook import prove
    from symmetry.numbers.ball import Ball
    from symmetry.numbers.dual import Dual
    from symmetry.numbers.residue import Residue
    from symmetry.numbers.symbol import Symbol
    from symmetry.same import Sameness, same_function
    from symmetry.starts import check_start
    from symmetry.statements.false_claim import refuted_claim
    from symmetry.statements.registry import theorem_by_id
    from symmetry.statements.theorem import Theorem, theorem
    from symmetry.training import ElementwiseRule

    __version__: str

_HOMES = {
    "symmetry.actions": "Reflection TiedUnits UnitPermutation",
    "symmetry.cases": "Direction HiddenUnit NetworkThroughZero",
    "symmetry.discovery": "discover",
    "symmetry.discovery.specification": "from_axes to_axes",
    "symmetry.engine.derive": "Run Step",
    "symmetry.gradcheck": "Undecided WrongGradient check_backprop check_layer check_network",
    "symmetry.modelcheck": "check",
    "symmetry.network": "Batch Gradient Layer Network backprop batch_loss batch_of forward network_of",
    "symmetry.notebook": "prove",
    "symmetry.numbers.ball": "Ball",
    "symmetry.numbers.dual": "Dual",
    "symmetry.numbers.residue": "Residue",
    "symmetry.numbers.symbol": "Symbol",
    "symmetry.same": "Sameness same_function",
    "symmetry.starts": "check_start",
    "symmetry.statements.false_claim": "refuted_claim",
    "symmetry.statements.registry": "theorem_by_id",
    "symmetry.statements.theorem": "Theorem theorem",
    "symmetry.training": "ElementwiseRule",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(["__version__", *_HOME_OF])  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from symmetry.evidence.environment import version

        return version()
    if name not in _HOME_OF:
        raise AttributeError(f"module 'symmetry' has no attribute {name!r}; it has {', '.join(__all__)}.")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__

"""Hidden units split into tied ones, and tied ones merged."""

from collections.abc import Sequence

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters, Place
from symmetry.convert.refusal import ConversionRefused


def split_unit(
    params: Tree, unit: int, *, incoming: Sequence[str], outgoing: Sequence[str], share: float = 0.5
) -> Tree:
    """Splits a unit into two tied ones that share its outgoing weights, v into (1 - share) v and share v: DUP.2.

    The new unit comes last. A norm across the units, such as a layer norm between them and what they feed, would see one
    more: the theorem is about layers without one. The two train as the one did at half the rate on incoming weights and
    twice the rate on outgoing ones: TIE.5. Source: chen2016net2net.

    >>> params = {"W": np.array([[1.0, 2.0]]), "V": np.array([[4.0], [8.0]])}
    >>> made = split_unit(params, 1, incoming=["W:1"], outgoing=["V:0"], share=0.25)
    >>> made["W"].tolist(), made["V"].tolist()
    ([[1.0, 2.0, 2.0]], [[4.0], [6.0], [2.0]])

    Args:
        params: any tree of arrays of NumPy or JAX.
        unit: which unit.
        incoming: the axes of units of all weights and biases that make the units.
        outgoing: the axes of units of all weights that read them.
        share: what the new unit gets of the outgoing weights; any number.

    Raises:
        ConversionRefused: an outgoing array stands at another place too.
        ValueError: a name, a length or the unit does not fit.
    """
    parameters = Parameters("split_unit", params)
    before, after = _units(parameters, incoming, outgoing, [unit], "DUP.2")
    new = {}
    for place in before:
        array = np.asarray(parameters.leaf(place.path))
        new[place.path] = np.concatenate([array, np.take(array, [unit], place.axis)], place.axis)
    for place in after:
        array = np.moveaxis(parameters.floats(place.path), place.axis, 0)
        shared = np.concatenate([array, share * array[[unit]]])
        shared[unit] *= 1 - share
        new[place.path] = np.moveaxis(shared, 0, place.axis)
    return parameters.replaced(new)


def merge_units(params: Tree, units: Sequence[int], *, incoming: Sequence[str], outgoing: Sequence[str]) -> Tree:
    """Merges units with equal incoming weights into the first of them, whose outgoing weights become their sum: DUP.1.

    m tied units train as the one does with its rate divided by m on incoming weights and multiplied by m on outgoing ones:
    TIE.5. Source: fukumizu2000local.

    >>> params = {"W": np.array([[1.0, 2.0, 2.0]]), "V": np.array([[4.0], [6.0], [2.0]])}
    >>> made = merge_units(params, [1, 2], incoming=["W:1"], outgoing=["V:0"])
    >>> made["W"].tolist(), made["V"].tolist()
    ([[1.0, 2.0]], [[4.0], [8.0]])

    Args:
        params: any tree of arrays of NumPy or JAX.
        units: at least two units.
        incoming: the axes of units of all weights and biases that make the units.
        outgoing: the axes of units of all weights that read them.

    Raises:
        ConversionRefused: incoming weights differ, however little, or an outgoing array stands at another place too.
        ValueError: a name, a length or a unit does not fit.
    """
    parameters = Parameters("merge_units", params)
    before, after = _units(parameters, incoming, outgoing, units, "DUP.1")
    if len(set(units)) != len(units) or len(units) < 2:
        raise ValueError(f"merge_units: units is {list(units)}; pass at least two different units.")
    first, others = units[0], list(units[1:])
    for place in before:
        array = np.moveaxis(np.asarray(parameters.leaf(place.path)), place.axis, 0)
        if not (array[others] == array[first]).all():
            raise ConversionRefused(
                "DUP.1",
                f"merge_units: units {list(units)} differ in {place}; expected units with equal incoming weights: merge "
                "tied units only",
            )
    new = {place.path: np.delete(np.asarray(parameters.leaf(place.path)), others, place.axis) for place in before}
    for place in after:
        array = np.moveaxis(parameters.floats(place.path), place.axis, 0).copy()
        array[first] = array[list(units)].sum(axis=0)
        new[place.path] = np.moveaxis(np.delete(array, others, axis=0), 0, place.axis)
    return parameters.replaced(new)


def _units(
    parameters: Parameters, incoming: Sequence[str], outgoing: Sequence[str], units: Sequence[int], theorem: str
) -> tuple[list[Place], list[Place]]:
    """Where the units lie, if all arrays have as many and those asked for are among them."""
    before, after = parameters.places(incoming, "incoming"), parameters.places(outgoing, "outgoing")
    parameters.require_distinct([place.path for place in (*before, *after)], "incoming and outgoing")
    for place in (*before, *after):
        parameters.require_own(place.path, theorem, "the other has no such units")
    lengths = {parameters.length(place) for place in (*before, *after)}
    if len(lengths) > 1:
        each = ", ".join(f"{place} {parameters.length(place)}" for place in (*before, *after))
        raise ValueError(f"{parameters.converter}: the axes have lengths {each}; name axes of the same units.")
    if wrong := [unit for unit in units if not 0 <= unit < min(lengths)]:
        raise ValueError(f"{parameters.converter}: there is no unit {wrong[0]} of {min(lengths)}; count from 0.")
    return before, after

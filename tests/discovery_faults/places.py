"""Faults in the rules of what moves, picks and writes entries, and of what treats all primitives alike."""

from discovery_faults.fault import Fault

PLACES = {
    "padding after the array": Fault(
        "rules.shapes",
        "row([Axis(max(0, low)), kept, Axis(max(0, high))])",
        "row([kept, Axis(max(0, low)), Axis(max(0, high))])",
        caught="shapes: pad",
    ),
    "an array with gaps moves": Fault(
        "rules.shapes",
        "if between and axis.size > 1:\n            freeze(axis, equation.name)",
        "if between and axis.size > 1:",
        caught="shapes: pad between",
    ),
    "reversal leaves everything": Fault(
        "rules.shapes",
        'for place in equation.params["dimensions"]:\n        if is_frozen',
        "for place in ():\n        if is_frozen",
        caught="shapes: reverse",
    ),
    "concatenation from the end": Fault(
        "rules.shapes",
        "row(operand.axes[along] for operand in operands)",
        "row(operand.axes[along] for operand in operands[::-1])",
        caught="shapes: reshape of parts of whole blocks",
    ),
    "copies in turn": Fault(
        "rules.shapes", "product([Axis(count), axis])", "product([axis, Axis(count)])", caught="shapes: tile"
    ),
    "reshape from the last axis": Fault(
        "rules.shapes",
        "unify(product(operand.axes), product(axes))",
        "unify(product(operand.axes), product(axes[::-1]))",
        caught="shapes: reshape of two axes into two with a common factor",
    ),
    "parts of a split all at its start": Fault(
        "rules.shapes",
        "window(axes[along], int(end - size), int(end))",
        "window(axes[along], 0, int(size))",
        caught="shapes: split",
    ),
    "a stack moves": Fault(
        "rules.shapes",
        "Axis(len(operands), frozen=equation.name)",
        "Axis(len(operands))",
        caught="shapes: stack",
    ),
    "what is taken from a stack moves": Fault(
        "rules.shapes", "equation.freeze(operand.axes[along])", "equation.freeze()", caught="shapes: unstack"
    ),
    "the first of every second": Fault(
        "rules.positions", "row([parts[turn], ", "row([parts[0], ", caught="shapes: every third from the second on"
    ),
    "a list in the order of the array": Fault(
        "rules.positions",
        "for at, size in zip(starts, lengths, strict=True)]",
        "for at, size in sorted(zip(starts, lengths, strict=True), key=lambda one: positions[one[0]])]",
        caught="indexing: a list of stretches",
    ),
    "slices anywhere": Fault(
        "rules.indexing",
        "if start is None:\n        equation.freeze(axis)\n",
        "if start is None:\n",
        caught="indexing: a slice in each row",
    ),
    "slices that do not end": Fault(
        "rules.indexing",
        "start = min(max(start, 0), axis.size - size)",
        "start = max(start, 0) % axis.size",
        caught="indexing: slice at a place beyond the end",
    ),
    "a table moves": Fault(
        "rules.indexing",
        "            equation.freeze(axis)\n    for part in picked:",
        "            pass\n    for part in picked:",
        caught="indexing: lists along two axes",
    ),
    "one unit taken, unseen": Fault(
        "rules.indexing", "equation.space((part, *offsets))", "part = part", caught="twins: one unit is taken"
    ),
    "one unit written, unseen": Fault(
        "rules.indexing", "equation.space((part, *written))", "part = part", caught="twins: one unit is written"
    ),
    "a stretch written, unseen": Fault(
        "rules.indexing", "equation.space(update.axes)", "update = update", caught="twins: a stretch is filled"
    ),
    "entries written twice in any order": Fault(
        "rules.indexing",
        'in_any_order = equation.name != "scatter" or',
        "in_any_order = True or",
        caught="indexing: set a list with repetitions",
    ),
    "entries written anywhere": Fault(
        "rules.indexing",
        "            equation.freeze(axis)\n    in_any_order",
        "            pass\n    in_any_order",
        caught="indexing: set a list with repetitions",
    ),
    "rows written apart from their places": Fault(
        "rules.indexing", "        unify(one, other)\n        if not", "        if not", caught="indexing: set a list"
    ),
    "batches of places apart": Fault(
        "rules.indexing",
        "batch = numbers.start_indices_batching_dims[numbers.operand_batching_dims.index(place)]\n"
        "            unify(axis, chosen[batch])",
        "pass",
        caught="indexing: take_along_axis",
    ),
    "an operation of one's own in any order": Fault(
        "rules.reductions",
        "equation.freeze(*[axes[place] for place in dropped])",
        "equation.freeze()",
        caught="reductions: an operation of one's own",
    ),
    "windows anywhere": Fault(
        "rules.reductions", "equation.freeze(*along)", "equation.freeze()", caught="reductions: sums of windows"
    ),
    "padding of windows ignored": Fault(
        "rules.reductions",
        'tuple(equation.params["padding"][place]) == (0, 0)',
        "place >= 0",
        caught="reductions: windows of one entry that are padded",
    ),
    "matrices move": Fault(
        "rules.linear_algebra",
        "equation.freeze(*operand.axes[stack:])",
        "equation.freeze()",
        caught="linear algebra: Fourier transform of lines",
    ),
    "planes of a Fourier transform": Fault(
        "rules.linear_algebra",
        'len(equation.params["fft_lengths"])',
        'min(1, len(equation.params["fft_lengths"]))',
        caught="linear algebra: real Fourier transform of planes",
    ),
    "unknown primitives move": Fault(
        "rules.equation",
        "    for operand in operands:\n        equation.freeze(*operand.axes)\n    return [equation",
        "    return [equation",
        caught="control: unknown",
    ),
    "operands apart": Fault(
        "rules.equation", "for one in axes[1:]:", "for one in axes[2:]:", caught="elementwise: sum"
    ),
    "everything new is even": Fault(
        "rules.evenness",
        "frozenset(range(rank)) - frozenset(places) | repeated",
        "frozenset(range(rank))",
        caught="elementwise: sum of a row and all",
    ),
    "even where one operand is": Fault(
        "rules.evenness",
        "if all(_is_even(operand",
        "if any(_is_even(operand",
        caught="elementwise: sum of a row and all",
    ),
}

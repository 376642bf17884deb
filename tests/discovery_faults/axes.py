"""Faults in how axes are made the same and divided, in constants, and in how groups are made of sets of units."""

from discovery_faults.fault import Fault

AXES = {
    "bound before it is divided": Fault(
        "unification",
        "            pairs = _match_parts(left, right)\n",
        "            left.same_as = right\n            pairs = _match_parts(left, right)\n",
        caught="shapes: reshape of a concatenation",
    ),
    "frozen units divided into free ones": Fault(
        "unification",
        "Axis(size, frozen=units.frozen, relabelled=units.relabelled)",
        "Axis(size)",
        caught="order: sort, and then a stretch",
    ),
    "a running sum has the index of what it sums": Fault(
        "rules.equation",
        "frozen=self.name, relabelled=True",
        "frozen=self.name",
        caught="blocks: running sums over blocks beside the blocks",
    ),
    "what is divided in two ways keeps its index": Fault(
        "unification",
        "relabel(axis, MISMATCH)",
        "freeze(axis, MISMATCH)",
        caught="blocks: blocks of one axis that is divided in two ways",
    ),
    "an index that cannot be followed counts": Fault(
        "blocks",
        "and not axis.relabelled",
        "",
        caught="blocks: sorted blocks beside the blocks",
    ),
    "frozen units bound to free ones": Fault(
        "unification",
        "(relabel if left.relabelled else freeze)(right, left.frozen)",
        "left = left",
        caught="shapes: in vmap",
    ),
    "factors that do not fit, half frozen": Fault(
        "unification",
        "_freeze(first, second)",
        "_freeze(first)",
        caught="shapes: reshape of two axes into two with a common factor",
    ),
    "parts that do not fit stay free": Fault(
        "unification",
        "_freeze(*_shortest_runs(ones, others, operator.add))",
        "_shortest_runs(ones, others, operator.add)",
        caught="shapes: reshape of unequal parts",
    ),
    "a part of a block as if whole": Fault(
        "unification", "if offset % inner or not", "if not", caught="shapes: slice of a part of a block"
    ),
    "units in turn apart": Fault(
        "unification", "return [(first, other) for other in others]", "return []", caught="shapes: in turn, and pairs"
    ),
    "the turns move": Fault(
        "unification", 'frozen="units in turn"', "frozen=None", caught="shapes: every second, and the first half"
    ),
    "a stretch that cannot be cut off stays free": Fault(
        "rules.positions",
        "freeze(axis, APART)\n        return Axis(",
        "return Axis(",
        caught="shapes: slice of a part of a block",
    ),
    "constants are uniform": Fault(
        "values", "return bool((entries == entries.take([0], axis)).all())", "return True", caught="shapes: iota"
    ),
    "square constants are diagonal": Fault(
        "values",
        "return bool((np.diag(matrix)",
        "return True or bool((np.diag(matrix)",
        caught="constants: another diagonal",
    ),
    "constants that are nearly diagonal": Fault(
        "values", "and (off == off[0]).all())", "and True)", caught="constants: another diagonal"
    ),
    "0 is minus 0": Fault(
        "values", 'if entries.dtype.kind not in "fc":', "if entries.size:", caught="constants: 0 and minus 0"
    ),
    "pieces of a constant not marked": Fault(
        "values", "(here, int(kinds[at]))", "0", caught="twins: entries of a constant are equal"
    ),
    "pieces of equal length are equal": Fault(
        "values",
        "np.flatnonzero(np.diff(kinds, prepend=-1))",
        "np.arange(0, length, 2)",
        caught="constants: truth values",
    ),
    "stacked and flattened, exchanged": Fault(
        "interleaved",
        "in_turn(along) if interleaved else row(along)",
        "row(along) if interleaved else in_turn(along)",
        caught="shapes: stack and flatten in turn",
    ),
    "all slices are one": Fault(
        "slices",
        "part = self.parts[index]",
        "part = self.parts[0]",
        caught="blocks: slices of one array, used each by itself",
    ),
    "inputs move": Fault("discover", 'fresh(shaped(argument).shape, "an input")', "fresh(shaped(argument).shape)"),
    "results move": Fault(
        "discover", '_freeze_all(result.axes, "a result")', "result = result", caught="blocks: every block has its own"
    ),
}

GROUPS = {
    "an index that occurs twice": Fault(
        "blocks", "return total == 1", "return total >= 1", caught="blocks: products of blocks with each other"
    ),
    "an index that occurs in the last array": Fault(
        "blocks",
        "{axis: None for axis in found.get(units, beside) if axis in beside}",
        "beside",
        caught="blocks: channels of a grouped convolution",
    ),
    "marks ignored": Fault(
        "twins", "marked[units] == marked[twins[0]] and ", "", caught="twins: entries of a constant are equal"
    ),
    "twins in equal arrays": Fault(
        "twins", "if exchanged != terms:", "if not terms:", caught="twins: copies of an array of equal entries"
    ),
    "twins in equal numbers": Fault(
        "twins",
        "rough = frozenset((axis, sum(terms.values())) for axis, terms in places[units].items())",
        "rough = sum(sum(terms.values()) for terms in places[units].values())",
        caught="blocks: also where the blocks can be permuted",
    ),
}

"""Faults in the rules of what computes: order, products, loops."""

from discovery_faults.fault import Fault

COMPUTING = {
    "sort as if entry by entry": Fault(
        "rules.order",
        "axes[along] = equation.fixed(axes[along].size)\n    return [tuple(axes) for _ in operands]",
        "return [tuple(axes) for _ in operands]",
        caught="order: sort",
    ),
    "what a sort carries along ignored": Fault(
        "rules.order",
        'if equation.params["num_keys"] < len(operands):',
        "if not operands:",
        caught="order: sort by one of two with equal keys",
    ),
    "places of the largest entries ignored": Fault(
        "rules.order", "if equation.live[1]:", "if not equation.live:", caught="order: largest two and their places"
    ),
    "place of the largest entry moves nothing": Fault(
        "rules.order",
        "equation.freeze(*[operand.axes[axis] for axis in axes])",
        "equation.freeze()",
        caught="order: place of the largest",
    ),
    "running sums in any order": Fault(
        "rules.order", "equation.freeze(operand.axes[axis])", "equation.freeze()", caught="order: running sum"
    ),
    "running sums block by block": Fault(
        "rules.order",
        "axes[axis] = equation.fixed(axes[axis].size)",
        "axis = axis",
        caught="blocks: running sums over blocks",
    ),
    "random numbers move": Fault(
        "rules.equation",
        "Axis(size, frozen=self.name, relabelled=True)",
        "Axis(size)",
        caught="order: random numbers of a given key",
    ),
    "batches of a product apart": Fault(
        "rules.contractions",
        "((left_sums, right_sums), (left_batch, right_batch)):",
        "((left_sums, right_sums),):",
        caught="contractions: batches",
    ),
    "sums of a product apart": Fault(
        "rules.contractions",
        "((left_sums, right_sums), (left_batch, right_batch)):",
        "((left_batch, right_batch),):",
        caught="contractions: matrices",
    ),
    "sums inside a product not counted": Fault(
        "rules.contractions",
        "equation.space(result + tuple(left.axes[place] for place in left_sums))",
        "equation.space(result)",
        caught="blocks: products of blocks with each other",
    ),
    "groups of a convolution swapped": Fault(
        "rules.contractions", "product([group, inside])", "product([inside, group])", caught="convolutions: groups"
    ),
    "groups of the channels that come out swapped": Fault(
        "rules.contractions",
        "product([group, Axis(kernel.axes[outputs].size // groups)])",
        "product([Axis(kernel.axes[outputs].size // groups), group])",
        caught="convolutions: groups",
    ),
    "places of a kernel move": Fault(
        "rules.contractions",
        ", *[kernel.axes[place] for place in window])\n    group",
        ")\n    group",
        caught="convolutions: lines",
    ),
    "what a scan carries changes": Fault(
        "rules.control",
        "_unify_values(carried, results[: len(carried)])",
        "_unify_values([], [])",
        caught="control: while that swaps",
    ),
    "turns of a scan in any order": Fault(
        "rules.control", 'freeze(turn, "scan")', "turn = turn", caught="control: scan"
    ),
    "branches apart": Fault(
        "rules.control",
        "for other in others:\n        _unify_values",
        "for other in others[1:]:\n        _unify_values",
        caught="control: cond whose branches move alike in one axis",
    ),
    "what a loop carries changes": Fault(
        "rules.control",
        '_unify_values(carried, walker.run(params["body_jaxpr"], *kept, *carried))',
        'walker.run(params["body_jaxpr"], *kept, *carried)',
        caught="control: while that swaps until enough",
    ),
    "the condition of a loop ignored": Fault(
        "rules.control",
        'walker.run(params["cond_jaxpr"], *tested, *carried)',
        "tested = tested",
        caught="control: while with a condition on one unit",
    ),
    "a given linear system apart from its solution": Fault(
        "rules.control",
        "_unify_values(given, walker.run",
        "_unify_values([], [] and walker.run",
        caught="linear algebra: solution of a linear system",
    ),
}

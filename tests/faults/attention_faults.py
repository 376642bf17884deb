"""Faults of attention: its block, groups of heads, rotary positions, and what training keeps of queries and keys."""

from tests.faults.fault import Fault
from tests.faults.one_line import Place

BLOCK = Place("attention", "proofs.attention_block", "ATT.1")
VALUES = Place("attention", "proofs.value_bias", "ATT.1")
GROUPS = Place("groups of heads", "proofs.grouped_heads", "GQA.1")
BASES = Place("groups of heads", "proofs.grouped_attention", "GQA.1")
ROTATIONS = Place("rotary", "proofs.rotations", "ROPE.1")
ROTARY = Place("rotary", "proofs.rotary", "ROPE.2")
SCORES = Place("scores", "proofs.attention_scores", "NOETHER.6")
BALANCE = Place("scores", "proofs.attention_balance", "NOETHER.6")

WEIGHTS = "softmax(query @ key.T) @ value @ output\n\n\ndef attend"
ROWS = "preactivation(x, head.query), preactivation(x, head.key), preactivation(x, head.value)"
ADDED = "added = mix(turn(query), turn(key), value, head.output) + added"
OWN = "query, key, value = rows_of(head, x)"
CARRIED = "added = functools.reduce(operator.add, map(carry, attention.heads))"

OF_BLOCKS = [
    BLOCK.fault("one head read twice", OWN, "query, key, value = rows_of(attention.heads[0], x)"),
    BLOCK.fault("the softmax over queries", WEIGHTS, WEIGHTS.replace("softmax(query @ key.T)", "softmax(key @ query.T).T"), source="softmax(x, dim=0) in attention written by hand. Right: the weights of each query sum to 1."),
    BLOCK.fault("scores for weights", WEIGHTS, WEIGHTS.replace("softmax(query @ key.T)", "(query @ key.T)")),
    BLOCK.fault("scores transposed", WEIGHTS, WEIGHTS.replace("query @ key.T", "key @ query.T"), source="k @ q.T for q @ k.T: a mask meant for one is transposed for the other. Right: a row for each query."),
    BLOCK.fault("scores halved", WEIGHTS, WEIGHTS.replace("query @ key.T", "query @ key.T / 2")),
    BLOCK.fault("queries in the place of values", WEIGHTS, WEIGHTS.replace("@ value @", "@ query @")),
    BLOCK.fault("keys in the place of queries", WEIGHTS, WEIGHTS.replace("query @ key.T", "key @ key.T")),
    BLOCK.fault("the output bias once for every head", ADDED, f"{ADDED} + attention.bias"),
    BLOCK.fault("heads averaged", ADDED, "added = mix(turn(query), turn(key), value, head.output) / len(attention.heads) + added"),
    BLOCK.fault("the last head only", ADDED, ADDED.replace("+ added", "+ attention.bias")),
    BLOCK.fault("no bias of queries", ROWS, ROWS.replace("preactivation(x, head.query)", "x @ head.query.weight")),
    BLOCK.fault("no bias of keys", ROWS, ROWS.replace("preactivation(x, head.key)", "x @ head.key.weight"), "METH.26"),
    BLOCK.fault("no bias of values", ROWS, ROWS.replace("preactivation(x, head.value)", "x @ head.value.weight")),
    BLOCK.fault("keys that are not turned", ADDED, ADDED.replace("turn(key)", "key"), "METH.26"),
    BLOCK.fault("queries turned twice", ADDED, ADDED.replace("turn(query)", "turn(turn(query))"), "METH.26"),
    BLOCK.fault("values turned too", ADDED, ADDED.replace("value", "turn(value)"), "METH.26"),
    VALUES.fault("the first head's bias only", CARRIED, "added = carry(attention.heads[0])"),
    VALUES.fault("a bias that is moved and kept", "Layer(head.value.weight, head.value.bias * 0)", "Layer(head.value.weight, head.value.bias)", source="The bias folded into the output and left where it was, in tools that rewrite models. Right: 0 afterwards."),
    VALUES.fault("the old output bias overwritten", "attention.bias + added", "attention.bias * 0 + added"),
    VALUES.fault("weights lost with the bias", "Layer(head.value.weight, head.value.bias * 0)", "Layer(head.value.weight * 0, head.value.bias * 0)"),
]  # fmt: skip

OF_GROUPS = [
    GROUPS.fault("groups tiled for repeated", "group = index // (self.output.shape[0] // self.key.weight.shape[0])", "group = index % self.key.weight.shape[0]", source="Keys repeated by tile, where checkpoints have heads of a group beside each other. Right: repeat each."),
    GROUPS.fault("the first group for all heads", "layer.map(lambda array: array[group]) for", "layer.map(lambda array: array[0]) for"),
    GROUPS.fault("the output weights of the group", "return Head(query, key, value, self.output[index])", "return Head(query, key, value, self.output[group])"),
    GROUPS.fault("the first head's query", "self.query.map(lambda array: array[index])", "self.query.map(lambda array: array[0])"),
    GROUPS.fault("groups move without keys and values", "layer.map(lambda array: array[self.groups])", "layer"),
    GROUPS.fault("groups move with the keys only", "dataclasses.replace(moved, key=key, value=value)", "dataclasses.replace(moved, key=key)"),
    GROUPS.fault("output weights that stay", "query=query, output=attention.output[order])", "query=query)"),
    GROUPS.fault("heads in their group only", "reorder_heads(attention, first[then])", "reorder_heads(attention, first)"),
    GROUPS.fault("an inverse transpose that is the inverse", "return rows - (rows * v).sum(-1, keepdims=True) / ((u * v).sum(-1, keepdims=True) + 1) * u", "return rows - (rows * u).sum(-1, keepdims=True) / ((u * v).sum(-1, keepdims=True) + 1) * v"),
    GROUPS.fault("an inverse without its 1", "((u * v).sum(-1, keepdims=True) + 1)", "((u * v).sum(-1, keepdims=True) + 2)"),
    GROUPS.fault("a basis change that divides by length", "((u * v).sum(-1, keepdims=True) + 1)", "((u * u).sum(-1, keepdims=True) + 1)"),
    GROUPS.fault("output weights by the transpose", "matrices - u * (matrices * v).sum(1", "matrices - v * (matrices * u).sum(1"),
    GROUPS.fault("bases taken in turn", "groups = np.arange(count) // (count // self.u.shape[0])", "groups = np.arange(count) % self.u.shape[0]"),
    BASES.fault("values in the basis of the keys", "value=attention.value.map(of_values.times)", "value=attention.value.map(of_keys.times)"),
    BASES.fault("output weights in the basis of the keys", "output=of_values.inverse_times(attention.output)", "output=of_keys.inverse_times(attention.output)"),
    BASES.fault("biases in the old basis", "query=attention.query.map(of_keys.times)", "query=dataclasses.replace(attention.query, weight=of_keys.times(attention.query.weight))"),
]  # fmt: skip

INTERLEAVED = "np.arange(2 * frequencies).reshape(frequencies, 2).T"
FREQUENCY = "frequency[first] = frequency[second] = np.arange(len(first))"
PARTNER = "partner[first], partner[second] = second, first"
SIGN = "sign[first], sign[second] = -1, 1"
TURNED = "return rows * by.real[..., frequency] + rows[..., partner] * (by.imaginary[..., frequency] * sign)"

OF_TURNS = [
    ROTATIONS.fault("one frequency for all pairs", FREQUENCY, f"{FREQUENCY.removesuffix('np.arange(len(first))')}0", "METH.26"),
    ROTATIONS.fault("frequencies in reverse", FREQUENCY, f"{FREQUENCY}[::-1]", "METH.26"),
    ROTATIONS.fault("frequencies of places", FREQUENCY, "frequency[:] = np.arange(rows.shape[-1]) // 2", "METH.26", source="cos and sin repeated for neighbours, with halves that are turned. Right: frequencies in the layout of the pairs."),
    ROTATIONS.fault("a wrong pair of columns", PARTNER, "partner[first], partner[second] = np.roll(second, 1), np.roll(first, -1)", "METH.26"),
    ROTATIONS.fault("neighbours paired in halves", PARTNER, "partner[:] = np.arange(rows.shape[-1]) ^ 1", "METH.26", source="rotate_half with interleaved pairs, in ports of checkpoints. Right: the pairs of the layout."),
    ROTATIONS.fault("halves for neighbours", INTERLEAVED, "np.arange(2 * frequencies).reshape(2, frequencies)", "METH.26", source="A checkpoint of neighbouring pairs read in halves. Right: the layout that it was trained in."),
    ROTATIONS.fault("imaginary parts first among neighbours", INTERLEAVED, f"{INTERLEAVED}[::-1]", "METH.26"),
    ROTATIONS.fault("neighbours from the last pair on", INTERLEAVED, f"{INTERLEAVED}[:, ::-1]", "METH.26"),
    ROTATIONS.fault("imaginary parts first in halves", "return np.arange(2 * frequencies).reshape(2, frequencies)\n", "return np.arange(2 * frequencies).reshape(2, frequencies)[::-1]\n", "METH.26"),
    ROTATIONS.fault("a turn without its minus", SIGN, "sign[first], sign[second] = 1, 1", "METH.26", source="rotate_half without its minus. Right: (-b, a)."),
    ROTATIONS.fault("turned the other way", SIGN, "sign[first], sign[second] = 1, -1", "METH.26"),
    ROTATIONS.fault("the cosine for the sine", TURNED, TURNED.replace("by.imaginary", "by.real"), "METH.26"),
]  # fmt: skip

OF_SCORES = [
    SCORES.fault("gradients turned on", "2 * m * (-1 if back else 1)", "2 * m"),
    SCORES.fault("gradients that are not turned back", "turned = [rotate(each, back=True) if rotary else each for each in rates]", "turned = rates"),
    SCORES.fault("a sine without its minus", "first * cosine - second * sine", "first * cosine + second * sine"),
    SCORES.fault("one angle for all pairs", "m = np.arange(pairs) + 2", "m = np.arange(pairs) * 0 + 2", "METH.26"),
    SCORES.fault("angles that stretch", "cosine, sine, length = m * m - 1,", "cosine, sine, length = m * m + 1,", "METH.26"),
    SCORES.fault("positions off by one", "(np.arange(positions) >= count)", "(np.arange(positions) > count)", source="Positions counted from 1 or from 0 in a port. Right: what the checkpoint was trained with."),
    SCORES.fault("the first head's errors for all", "errors[:, place * positions : (place + 1) * positions]", "errors[:, :positions]", "NOETHER.5"),
    SCORES.fault("errors that are not transposed for keys", "own @ keys, own.T @ queries", "own @ keys, own @ queries", "NOETHER.5"),
    SCORES.fault("keys and queries exchanged in gradients", "own @ keys, own.T @ queries", "own @ queries, own.T @ keys", "NOETHER.5"),
    SCORES.fault("averaged gradients", "found.append(Head(*[case.x.T @ each for each in turned]))", "found.append(Head(*[case.x.T @ each / positions for each in turned]))", "NOETHER.5"),
    SCORES.fault("products of keys and queries", "beside(*[queries @ keys.T for queries, keys in vectors])", "beside(*[keys @ queries.T for queries, keys in vectors])", "METH.26"),
    SCORES.fault("one matrix for all heads", "vectors = [vectors_of(head, x, rotary=rotary) for head in heads]", "vectors = [vectors_of(heads[0], x, rotary=rotary) for head in heads]", "METH.26"),
    BALANCE.fault("one column of each pair", "return columns[:pairs] + columns", "return columns[:pairs] * 2 + 0 * columns"),
    BALANCE.fault("the Gram matrix of rows", "return one.T @ other", "return one @ other.T", "NOETHER.5"),
    BALANCE.fault("rates of one side", "form(weight, slope) + form(slope, weight)", "form(weight, slope) * 2", "NOETHER.5"),
    BALANCE.fault("a sum in the place of the difference", "form(query, query) - form(key, key)", "form(query, query) + form(key, key)", "NOETHER.5"),
]  # fmt: skip

ATTENTION: list[Fault] = [*OF_BLOCKS, *OF_GROUPS, *OF_TURNS, *OF_SCORES]
"""Each is one line."""

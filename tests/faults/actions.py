"""Faults of what acts on networks: permutations, ties, signs, factors, linear maps."""

from tests.faults.one_line import Place

UNITS = Place("action", "symmetry.actions.hidden_units", "PERM.1")
SPACES = Place("action", "symmetry.actions.hidden_spaces", "NOETHER.1")

ROWS = "lambda l, layer: Layer(layer.weight[maps[l], :], layer.bias) if outgoing else layer,"
COLUMNS = "lambda l, layer: layer.map(lambda array: array[..., maps[l]]) if incoming else layer,"
TIMES = "lambda l, layer: layer.map(lambda array: array * incoming[l]),"
TIMES_OUT = "lambda l, layer: Layer(layer.weight * outgoing[l][:, None], layer.bias),"
COUNT = "for index in range(len(layers) - 1 if count is None else count):"
OUTWARD = "layers[index + 1] = outgoing(index, layers[index + 1])"
COMPOSE = "return UnitPermutation(tuple(earlier[later] for later, earlier in pairs))"
INVERSE = "tuple(jnp.argsort(units) for units in self.permutations)"
STILL = "tuple(jnp.arange(units.shape[0]) for units in self.permutations)"
ONLY = "(*still[:index], self.permutations[index], *still[index + 1 :])"
ON_UNITS = "return [value[:, units] for value, units in zip(values, self.permutations, strict=True)]"
TIE = "jnp.where(jnp.arange(width) == copy, original, jnp.arange(width))"
RESCALE = "multiply_units(thing, self.factors, [1 / power for power in self._powers(degree)])"
ON_GRADIENT = "multiply_units(thing, [1 / factor for factor in self.factors], self._powers(degree))"
FLIP = "return multiply_units(thing, self.signs, self.signs)"

PERMUTING = (
    UNITS.fault(
        "outgoing weights that stay",
        ROWS,
        "lambda l, layer: layer,",
        source="The first thing that fails in code that permutes units: the next layer's rows forgotten. Right: columns of W, "
        "entries of b and rows of the next weight.",
    ),
    UNITS.fault(
        "outgoing weights by the inverse",
        ROWS,
        ROWS.replace("maps[l]", "jnp.argsort(maps[l])"),
        source="P and P^T confused, in implementations of git re-basin's weight matching. Right: one order on both sides.",
    ),
    UNITS.fault(
        "biases that stay",
        COLUMNS,
        "lambda l, layer: Layer(layer.weight[..., maps[l]], layer.bias) if incoming else layer,",
        source="Biases (and the running statistics of batch norm) forgotten when weights are permuted. Right: they move too.",
    ),
    UNITS.fault(
        "incoming weights that stay",
        COLUMNS,
        "lambda l, layer: Layer(layer.weight, layer.map(lambda array: array[..., maps[l]]).bias) if incoming else layer,",
    ),
    UNITS.fault(
        "the first hidden layer only",
        COUNT,
        "for index in range(min(1, len(layers) - 1) if count is None else count):",
        "METH.19",
    ),
    UNITS.fault(
        "all hidden layers but the last",
        COUNT,
        "for index in range(max(len(layers) - 2, 0) if count is None else count):",
        "METH.19",
    ),
    UNITS.fault(
        "the outgoing weights of the layer itself", OUTWARD, "layers[index] = outgoing(index, layers[index])", "PERM.2"
    ),
    UNITS.fault(
        "composition in the other order",
        COMPOSE,
        COMPOSE.replace("earlier[later]", "later[earlier]"),
        "PERM.8",
        source="p[q] or q[p]: gathers compose on the right, as asked of NumPy's fancy indexing. Right: first h, then g is h[g].",
    ),
    UNITS.fault("composition that forgets the first", COMPOSE, COMPOSE.replace("earlier[later]", "later"), "PERM.8"),
    UNITS.fault(
        "an inverse that is itself",
        INVERSE,
        "tuple(units for units in self.permutations)",
        "PERM.8",
        source="A swap is its own inverse, so that tests with swaps pass. Right: argsort.",
    ),
    UNITS.fault("an inverse that reverses", INVERSE, "tuple(units[::-1] for units in self.permutations)", "PERM.8"),
    UNITS.fault(
        "an identity that turns",
        STILL,
        "tuple((jnp.arange(units.shape[0]) + 1) % units.shape[0] for units in self.permutations)",
        "PERM.8",
    ),
    UNITS.fault("the next layer only", ONLY, "(*still[: index + 1], *self.permutations[index + 1 :])", "PERM.8"),
    UNITS.fault("activations that stay", ON_UNITS, "return list(values)", "PERM.2"),
    UNITS.fault(
        "activations of examples",
        ON_UNITS,
        ON_UNITS.replace("value[:, units]", "value[:, jnp.argsort(units)]"),
        "PERM.2",
    ),
    UNITS.fault(
        "permuted weights off by 1 part in 10^12",
        ROWS,
        "lambda l, layer: Layer(layer.weight[maps[l], :] + layer.weight[maps[l], :] / 10**12, layer.bias) if outgoing else layer,",
        size=1e-12,
    ),
    UNITS.fault(
        "permuted biases off by 1 part in 10^9",
        COLUMNS,
        "lambda l, layer: layer.map(lambda array: array[..., maps[l]] + array[..., maps[l]] / 10**9 * (array.ndim == 1)) if incoming else layer,",
        size=1e-9,
    ),
    UNITS.fault(
        "indices clamped at the end",
        ROWS,
        ROWS.replace("maps[l],", "jnp.minimum(jnp.asarray(maps[l]), max(layer.weight.shape[0] - 2, 0)),"),
        source="JAX clamps indices that are out of range and raises nothing. Right: every index of the layer once.",
    ),
    UNITS.fault(
        "the first two units stay",
        COLUMNS,
        COLUMNS.replace(
            "array[..., maps[l]]",
            "array[..., jnp.where(jnp.arange(len(maps[l])) < 2, jnp.arange(len(maps[l])), jnp.asarray(maps[l]))]",
        ),
    ),
)

TYING = (
    UNITS.fault(
        "ties that tie nothing",
        TIE,
        "jnp.arange(width)",
        "TIE.1",
        source="A network said to be initialised alike that was not, since every unit drew anew. Right: copies of one draw.",
    ),
    UNITS.fault(
        "ties of the unit after",
        TIE,
        "jnp.where(jnp.arange(width) == copy, (original + 1) % width, jnp.arange(width))",
        "TIE.1",
    ),
    UNITS.fault(
        "ties of the first unit only",
        TIE,
        "jnp.where((jnp.arange(width) == copy) & (copy == 0), original, jnp.arange(width))",
        "TIE.1",
    ),
    UNITS.fault(
        "ties of incoming weights only",
        "return gather_units(network, maps, incoming=incoming, outgoing=outgoing)",
        "return gather_units(network, maps, incoming=incoming, outgoing=False)",
        "TIE.1",
        source="thread2019identical: equal incoming weights are not enough where outgoing ones differ. Right: (w, b, v) equal.",
    ),
    UNITS.fault(
        "ties of outgoing weights only",
        "return gather_units(network, maps, incoming=incoming, outgoing=outgoing)",
        "return gather_units(network, maps, incoming=False, outgoing=outgoing)",
        "TIE.1",
    ),
    UNITS.fault(
        "ties without biases",
        COLUMNS,
        "lambda l, layer: Layer(layer.weight[..., maps[l]], layer.bias) if incoming else layer,",
        "TIE.1",
        source="Weights started equal and biases at random, and said to be tied. Right: biases are equal too.",
    ),
    UNITS.fault(
        "ties of the last layer only",
        COUNT,
        "for index in range(len(layers) - 2 if count is None else count, len(layers) - 1 if count is None else count):",
        "TIE.1",
    ),
    UNITS.fault(
        "biases of moved units lost",
        COLUMNS,
        "lambda l, layer: Layer(layer.weight[..., maps[l]], None if layer.bias is None else layer.bias[..., maps[l]] * 0) if incoming else layer,",
        "PERM.1",
    ),
    UNITS.fault(
        "copies whose outgoing weights are too large",
        ROWS,
        "lambda l, layer: Layer(layer.weight[maps[l], :] * 2, layer.bias) if outgoing else layer,",
        "DUP.2",
        source="Net2Net: a copied unit's outgoing weights must be divided among the copies. Right: parts that sum to 1.",
    ),
    UNITS.fault(
        "a split whose parts are off by 1 part in 10^12",
        ROWS,
        "lambda l, layer: Layer(layer.weight[maps[l], :] + layer.weight[maps[l], :] / 10**12, layer.bias) if outgoing else layer,",
        "DUP.2",
        size=1e-12,
    ),
    UNITS.fault(
        "dead units that leave their bias",
        ROWS,
        "lambda l, layer: Layer(layer.weight[maps[l], :], None if layer.bias is None else layer.bias + 1) if outgoing else layer,",
        "DUP.3",
    ),
)

MULTIPLYING = (
    UNITS.fault(
        "signs of incoming weights only",
        FLIP,
        "return multiply_units(thing, self.signs, [sign * sign for sign in self.signs])",
        "SIGN.1",
        source="The sign flip of tanh units written for one side, the other forgotten. Right: (w, b, v) to (-w, -b, -v).",
    ),
    UNITS.fault(
        "signs without biases",
        TIMES,
        "lambda l, layer: Layer(layer.weight * incoming[l], layer.bias),",
        "SIGN.1",
        source="The bias forgotten when a tanh unit is flipped. Right: -b.",
    ),
    UNITS.fault("signs of gradients without outgoing weights", TIMES_OUT, "lambda l, layer: layer,", "SIGN.3"),
    UNITS.fault(
        "factors on both sides",
        RESCALE,
        "multiply_units(thing, self.factors, self._powers(degree))",
        "SCALE.1",
        source="Rescaling a ReLU unit by c on both sides. Right: c in, 1/c out (cross-layer equalisation).",
    ),
    UNITS.fault(
        "factors without biases",
        TIMES,
        "lambda l, layer: Layer(layer.weight * incoming[l], layer.bias),",
        "SCALE.1",
        source="Cross-layer equalisation that leaves biases. Right: c b.",
    ),
    UNITS.fault(
        "gradients of rescaled networks as the networks",
        ON_GRADIENT,
        "multiply_units(thing, self.factors, [1 / power for power in self._powers(degree)])",
        "SCALE.2",
        source="Path-SGD's point: gradients are not rescaled as weights are. Right: 1/c where weights have c.",
    ),
    UNITS.fault(
        "powers of the wrong degree",
        "math.prod([factor] * (degree - 1), start=factor)",
        "math.prod([factor] * degree, start=factor)",
        "SCALE.1",
    ),
    UNITS.fault(
        "factors off by 1 part in 10^12",
        TIMES,
        "lambda l, layer: layer.map(lambda array: array * incoming[l] + array * incoming[l] / 10**12),",
        "SCALE.1",
        size=1e-12,
    ),
    UNITS.fault(
        "factors of the unit before",
        TIMES_OUT,
        "lambda l, layer: Layer(layer.weight * outgoing[l][::-1][:, None], layer.bias),",
        "SCALE.1",
    ),
    UNITS.fault(
        "outgoing biases multiplied too",
        TIMES_OUT,
        "lambda l, layer: Layer(layer.weight * outgoing[l][:, None], None if layer.bias is None else layer.bias * 2),",
        "SCALE.1",
    ),
    UNITS.fault(
        "enlarged on one side",
        "return multiply_units(thing, self.factors, self.factors)",
        "return multiply_units(thing, self.factors, [factor * factor for factor in self.factors])",
        "TIE.12",
    ),
)

MAPPING = (
    SPACES.fault(
        "the inverse without its 1",
        "-1 / ((u * v).sum() + 1)",
        "-1 / ((u * v).sum() + 2)",
        source="Sherman and Morrison's formula misremembered. Right: (I + u v^T)^-1 = I - u v^T / (1 + v.u).",
    ),
    SPACES.fault("the inverse with the wrong sign", "-1 / ((u * v).sum() + 1)", "1 / ((u * v).sum() + 1)"),
    SPACES.fault(
        "a transpose that is none",
        "return HiddenMap(self.rows, self.columns)",
        "return HiddenMap(self.columns, self.rows)",
        source="A^-1 in the place of A^-T for gradients, which orthogonal maps hide. Right: gradients change by the inverse transpose.",
    ),
    SPACES.fault(
        "biases that are not mapped",
        "bias = None if layer.bias is None else v * (layer.bias * u).sum() * factor",
        "bias = None if layer.bias is None else layer.bias * 0",
    ),
    SPACES.fault(
        "outgoing weights mapped as incoming",
        "Layer(u[:, None] * (v[None, :] @ layer.weight) * factor, bias)",
        "Layer(v[:, None] * (u[None, :] @ layer.weight) * factor, bias)",
    ),
    SPACES.fault(
        "a generator with the wrong sign",
        "self._outgoing(l, layers[l + 1], -1)",
        "self._outgoing(l, layers[l + 1], 1)",
        "NOETHER.2",
    ),
    SPACES.fault(
        "a generator of incoming weights only",
        "lambda l, rate: _sum(rate, self._outgoing(l, layers[l + 1], -1))",
        "lambda l, rate: rate",
        "NOETHER.2",
    ),
    SPACES.fault(
        "a projection of one side",
        "return HiddenMap(self.rows, self.rows)._add(onto, [0] * len(incoming), outgoing)",
        "return onto",
        "NOETHER.4",
    ),
    SPACES.fault("a reflection by half", "u * (-2) / (u * u).sum()", "u * (-1) / (u * u).sum()", "METH.25"),
    SPACES.fault("a series one term short", "range(triangle.shape[0] - 1)", "range(triangle.shape[0] - 2)", "SCALE.6"),
    SPACES.fault(
        "triangles solved in the wrong order",
        "_solved(upper, _solved(lower, layer.weight))",
        "_solved(lower, _solved(upper, layer.weight))",
        "SCALE.6",
        source="(AB)^-1 = A^-1 B^-1, of first courses of linear algebra. Right: B^-1 A^-1.",
    ),
    SPACES.fault(
        "a series with the wrong sign",
        "solution = matrix - triangle @ solution",
        "solution = matrix + triangle @ solution",
        "SCALE.6",
    ),
    SPACES.fault("a diagonal in the upper triangle", "above * np.triu(ones, 1)", "above * np.triu(ones, 0)", "SCALE.6"),
    SPACES.fault(
        "a signed reflection by half",
        "return self._subtract(thing, lambda part: part + part)",
        "return self._subtract(thing, lambda part: part)",
        "TIE.4",
    ),
    SPACES.fault(
        "a signed projection of the whole",
        "        return self._subtract(thing, lambda part: part)\n",
        "        return thing\n",
        "TIE.4",
    ),
)

FAULTS = (*PERMUTING, *TYING, *MULTIPLYING, *MAPPING)
"""Each is one line."""

QUICK = ("ties that tie nothing",)
"""Names of faults that every run plants; the slow run plants all."""

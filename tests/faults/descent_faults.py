"""Faults of what training keeps or pulls to: decay, momentum, Muon, inputs in other coordinates, mirrors."""

from tests.faults.fault import Fault
from tests.faults.one_line import Place

DECAY = Place("descent", "proofs.decay_and_momentum", "NOETHER.7")
MUON = Place("Muon", "proofs.muon", "OPT.1")
TURNS = Place("inputs", "proofs.turns", "DATA.1")
INPUTS = Place("inputs", "proofs.turned_inputs", "DATA.1")
MIRRORS = Place("mirror", "proofs.mirrors", "MIRROR.2")

STEP = "parameter - (slope + parameter / INVERSE_DECAY) / INVERSE_RATE"
FASTER = "speed / INVERSE_MOMENTUM - slope / INVERSE_RATE"
ITERATE = "matrix * a + cubed * b + gram @ cubed * c"
SIZE = "matrix * reciprocal_square_root((matrix * matrix).sum())"
MIRROR = "matrix - (matrix @ u[:, None]) * u[None, :] * times / (u * u).sum()"
SWAP = "jnp.where(units == one, other, jnp.where(units == other, one, units))"
TAKEN = "jnp.where(units == one, other, units)"

OF_DESCENT = [
    DECAY.fault("decay without the rate", STEP, "parameter - slope / INVERSE_RATE - parameter / INVERSE_DECAY"),
    DECAY.fault("growth in the place of decay", STEP, STEP.replace("slope + parameter", "slope - parameter")),
    DECAY.fault("decay of twice lambda", STEP, STEP.replace("parameter / INVERSE_DECAY", "parameter * 2 / INVERSE_DECAY"), source="lambda |theta|^2 for lambda/2 |theta|^2 in a loss. Right: the step has lambda theta."),
    DECAY.fault("one factor in the place of its square", "before * (once - 1) * (once - 1) / (once * once)", "before * (once - 1) / once"),
    DECAY.fault("eta in the place of its square", "kept + added / (INVERSE_RATE * INVERSE_RATE)", "kept + added / INVERSE_RATE"),
    DECAY.fault("weights decayed, biases not", "lambda parameter, slope: parameter - (slope + parameter / INVERSE_DECAY) / INVERSE_RATE", "lambda parameter, slope: parameter - (slope + (parameter / INVERSE_DECAY if len(parameter.shape) > 1 else 0)) / INVERSE_RATE", source="Biases and norms left out of weight decay by training recipes. Right: this theorem decays all."),
    DECAY.fault("momentum without its factor", FASTER, "speed - slope / INVERSE_RATE", "NOETHER.8"),
    DECAY.fault("a step along the old velocity", "lambda parameter, speed: parameter + speed, symmetric, faster)", "lambda parameter, speed: parameter + speed, symmetric, velocity)", "NOETHER.8"),
    DECAY.fault("a velocity of gradients' signs", FASTER, "speed / INVERSE_MOMENTUM - slope * slope / INVERSE_RATE", "NOETHER.8"),
    DECAY.fault("the angular momentum of a symmetric generator", "sign=-1).sum() for pair in", "sign=1).sum() for pair in", "NOETHER.8"),
]  # fmt: skip

OF_MUON = [
    MUON.fault("cubes entry by entry", "cubed = gram @ matrix", "cubed = matrix * matrix * matrix"),
    MUON.fault("columns normalised one by one", SIZE, SIZE.replace(".sum()", ".sum(0)"), source="Norms of columns for the Frobenius norm, in optimisers of the same family. Right: one norm."),
    MUON.fault("no norm", SIZE, "matrix", "METH.26"),
    MUON.fault("the norm's square", SIZE, "matrix / (matrix * matrix).sum()", "METH.26"),
    MUON.fault("the sum of entries for the norm", SIZE, "matrix / matrix.sum()"),
    MUON.fault("one iteration less", "for _ in range(iterations):", "for _ in range(iterations - 1):", "METH.26"),
    MUON.fault("coefficients b and c exchanged", ITERATE, "matrix * a + cubed * c + gram @ cubed * b"),
    MUON.fault("the fifth power left out", ITERATE, "matrix * a + cubed * b"),
    MUON.fault("a constant added", ITERATE, "matrix * a + cubed * b + gram @ cubed * c + a"),
]  # fmt: skip

OF_INPUTS = [
    TURNS.fault("a mirror without its length", MIRROR, MIRROR.replace("/ (u * u).sum()", "/ u.sum()")),
    TURNS.fault("a mirror by the mean", MIRROR, MIRROR.replace("(u * u).sum()", "(u * u).sum() * u.shape[0]")),
    TURNS.fault("a mirror with the wrong sign", MIRROR, MIRROR.replace("matrix - ", "matrix + ")),
    TURNS.fault("weights by the inverse order", "matrix[self.order, :] * self.signs[:, None]", "matrix[self.order.argsort(), :] * self.signs[:, None]", source="Pixels shuffled by a permutation, weights by its inverse: a swap hides it. Right: one order on both sides."),
    TURNS.fault("weights in their old order", "matrix[self.order, :] * self.signs[:, None]", "matrix * self.signs[:, None]"),
    TURNS.fault("signs of inputs only", "matrix[self.order, :] * self.signs[:, None]", "matrix[self.order, :]"),
    INPUTS.fault("a bias lost", "Layer(matrix, first.bias)", "Layer(matrix, first.bias * 0)"),
    INPUTS.fault("targets turned too", "Batch(turn.turn_rows(batch.x, **how), batch.y)", "Batch(turn.turn_rows(batch.x, **how), batch.y * -1)"),
    INPUTS.fault("inputs that are not turned", "Batch(turn.turn_rows(batch.x, **how), batch.y)", "batch"),
]  # fmt: skip

OF_MIRRORS = [
    MIRRORS.fault("a swap that copies", SWAP, TAKEN),
    MIRRORS.fault("a difference of one side", "(here - there) / 2", "here - there / 2"),
    MIRRORS.fault("the mirror's point for the difference", "(here - there) / 2", "(here + there) / 2"),
    MIRRORS.fault("a direction that is not projected", "(part(direction, swap.act(direction)) for part in (half_the_sum, half_the_difference))", "(part(direction, direction) for part in (half_the_sum, half_the_difference))"),
]  # fmt: skip

DESCENT: list[Fault] = [*OF_DESCENT, *OF_MUON, *OF_INPUTS, *OF_MIRRORS]
"""Each is one line."""

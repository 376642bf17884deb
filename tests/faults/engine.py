"""Faults of the engine, of evidence and of records: what was not gathered would be reported, were it not for the audit."""

from tests.faults.catch import SENTINELS
from tests.faults.fault import Fault
from tests.faults.one_line import Place


def _at(module: str, *rows: tuple[str, str, str]) -> list[Fault]:
    """Faults of one module: a name, what stands there, what is put there."""
    place = Place("engine", f"symmetry.{module}", SENTINELS)
    return [place.fault(*row) for row in rows]


LEAVES = "for leaf in leaves]\n    return Comparison("
BROKEN = "broken = (excess > 1).any(axis=1).nonzero()[0]"
BLIND = "networks, vacuous = int(new.sum()), int(blind[new].all(axis=1).sum())"
RANDOM = "yield Chunk(FloatsOfManyScales((seed, number), size), size, kept, False, start + size >= plan.networks)"
ROUND = "cases = round_to(cases, self.dtype)"
EXCESSES = "len(wrong := np.argwhere(outcomes[None].excess > 1))"
STEP = "if reason := last.failure() or _departure(last, tied):"
SAID = 'SAID_ONLY = ("title",'

COMPARING = [
    *_at(
        "engine.compare",
        ("the last leaf dropped", LEAVES, LEAVES.replace("leaves]", "leaves[: max(len(leaves) - 1, 1)]]")),
        ("the first leaf dropped", LEAVES, LEAVES.replace("leaves]", "leaves[min(len(leaves) - 1, 1) :]]")),
        ("the first leaf only", LEAVES, LEAVES.replace("leaves]", "leaves[:1]]")),
        ("every leaf compared to itself", "compare_leaf(leaf.left, leaf.right, leaf.relation)", "compare_leaf(leaf.left, leaf.left, leaf.relation)"),
        ("nothing is vacuous", "jnp.stack([outcome.vacuous for outcome in outcomes])", "jnp.stack([outcome.vacuous & False for outcome in outcomes])"),
        ("everything is vacuous", "jnp.stack([outcome.vacuous for outcome in outcomes])", "jnp.stack([outcome.vacuous | True for outcome in outcomes])"),
    ),
    *_at(
        "numbers.ball.ball",
        ("a bound twice as wide", "bound = left.radius + right.radius", "bound = 2 * (left.radius + right.radius)"),
        ("a bound one unit wider", "bound = left.radius + right.radius", "bound = left.radius + right.radius + 2.0**-50 * jnp.abs(left.radius + 1)"),
        ("NaN in a comparison", "nan=jnp.inf, posinf=jnp.inf", "nan=0.0, posinf=jnp.inf"),
        ("an infinite excess", "nan=jnp.inf, posinf=jnp.inf", "nan=jnp.inf, posinf=0.0"),
        ("the least of a leaf's differences", "return Comparison(excess.max(), blind.all())", "return Comparison(excess.min(), blind.all())"),
        ("one blind entry blinds a leaf", "return Comparison(excess.max(), blind.all())", "return Comparison(excess.max(), blind.any())"),
        ("the first entry of a leaf", "return Comparison(excess.max(), blind.all())", "return Comparison(excess.ravel()[0], blind.all())"),
    ),
]  # fmt: skip

SAMPLING = [
    *_at(
        "engine.sample",
        ("every chunk the same networks", RANDOM, RANDOM.replace("(seed, number)", "(seed, 0)")),
        ("two chunks and then the same", RANDOM, RANDOM.replace("(seed, number)", "(seed, number % 2)")),
        ("kept off by one", "kept = min(size, plan.networks - start)", "kept = min(size, plan.networks - start) - 1"),
        ("one too many kept", "kept = min(size, plan.networks - start)", "kept = min(size, plan.networks - start + 1)"),
        ("padding counted as networks", "kernel.fingerprints(key)[: chunk.kept]", "kernel.fingerprints(key)"),
        ("the last chunk skipped", "range(0, plan.networks, size)", "range(0, plan.networks - size, size)"),
        ("the first chunk skipped", "range(0, plan.networks, size)", "range(size, plan.networks, size)"),
        ("every other chunk skipped", "range(0, plan.networks, size)", "range(0, plan.networks, 2 * size)"),
        ("adversarial networks all zero", "padded[: len(buffers)] = buffers", "padded[: len(buffers)] = 0"),
        ("one adversarial network many times", "padded[: len(buffers)] = buffers", "padded[: len(buffers)] = buffers[:1]"),
        ("no adversarial networks", "range(0, len(plan.adversarial), size)", "range(0, 0, size)"),
        ("the first network of each chunk", "tally.count(outcomes[key], new, chunk.adversarial)", "tally.count(outcomes[key], new[:1], chunk.adversarial)"),
        ("violations of the first chunk only", "tally.violation = Violation(plan.architecture, path, excess)", "tally.violation = None"),
    ),
    *_at(
        "engine.tally",
        ("all leaves must break", BROKEN, BROKEN.replace("any", "all")),
        ("twice the bound is allowed", BROKEN, BROKEN.replace("> 1", "> 2")),
        ("a network that breaks is skipped", BROKEN, BROKEN.replace("nonzero()[0]", "nonzero()[0][1:]")),
        ("vacuous networks not counted", BLIND, "networks, vacuous = int(new.sum()), 0"),
        ("one vacuous leaf makes a network vacuous", BLIND, BLIND.replace("all(axis=1)", "any(axis=1)")),
        ("networks drawn twice count twice", BLIND, BLIND.replace("int(new.sum())", "len(new)")),
        ("vacuous leaves not counted", "self.vacuous_leaves += int(blind[new].sum())", "self.vacuous_leaves += 0"),
        ("no law fails", "        if self.violation is None:", "        if True:"),
    ),
    *_at(
        "engine.kernel",
        ("the float type ignored", ROUND, "cases = round_to(cases, np.float64)"),
        ("float32 for float64", ROUND, "cases = round_to(cases, np.float32)"),
        ("no networks but the last", ROUND, "cases = jax.tree.map(lambda leaf: np.repeat(leaf[-1:], len(leaf), 0), round_to(cases, self.dtype))"),
    ),
    *_at(
        "engine.distinct",
        ("one fingerprint for all", "    return total\n\n\ndef combined", "    return total * np.uint64(0)\n\n\ndef combined"),
        ("fingerprints of the first leaf", "for leaf in leaves:\n", "for leaf in leaves[:1]:\n"),
        ("everything is new", "        return first\n", "        return first | True\n"),
    ),
    *_at(
        "numbers.ball.source",
        ("the same numbers whatever the seed", "np.random.default_rng((*self.seed, zlib.crc32(name.encode())))", "np.random.default_rng(zlib.crc32(name.encode()))"),
        ("numbers that are all 0", "self._generator(name).standard_normal((self.count, *shape))", "0 * self._generator(name).standard_normal((self.count, *shape))"),
        ("numbers that are -1, 0 or 1", "self._generator(name).standard_normal((self.count, *shape))", "np.sign(self._generator(name).standard_normal((self.count, *shape)).round())"),
    ),
    *_at("engine.shrink", ("adversarial bytes all zero", 'np.frombuffer(b"".join(unique), np.uint8)', 'np.frombuffer(bytes(len(b"".join(unique))), np.uint8)')),
    *_at(
        "engine.measure",
        ("NaN in a measurement", "np.flatnonzero(~(excess <= 1))", "np.flatnonzero(excess > 1)"),
        ("the last trial not looked at", "np.flatnonzero(~(excess <= 1))", "np.flatnonzero(~(excess[:-1] <= 1))"),
        ("trials off by a thousandth pass", "np.flatnonzero(~(excess <= 1))", "np.flatnonzero(~(excess <= 1.001))"),
        ("trials counted twice", "self.count += excess.size", "self.count += 2 * excess.size"),
        ("vacuous trials not counted", "self.vacuous += int(blind.sum())", "self.vacuous += 0"),
    ),
]  # fmt: skip

EXACT = [
    *_at(
        "engine.identity",
        ("the last point not compared", EXCESSES, EXCESSES.replace("excess >", "excess[:-1] >")),
        ("the last place of residues not compared", EXCESSES, EXCESSES.replace("excess >", "excess[:, :1] >")),
        ("terms that are all 0", "elif outcomes[None].vacuous.all():", "elif False:"),
        ("the last formula not compared", "    for leaf in leaves:\n", "    for leaf in leaves[:-1]:\n"),
    ),
    *_at(
        "engine.derive",
        ("a program step of a derivation not compared", "gap = sympy.simplify(computed[place] - instance.value(self.formula, indices))", "gap = 0"),
        ("steps that do not fail", STEP, "if reason := _departure(last, tied):"),
        ("laws that are not compared", STEP, "if reason := last.failure():"),
        ("the last step left out", "for last in steps:", "for last in [*steps][:-1]:"),
        ("the first step only", "for last in steps:", "for last in [*steps][:1]:"),
        ("what the law claims besides", 'return f"its end: {reason}" if tied is not None and (reason := tied.left_out) else ""', 'return ""'),
    ),
    *_at("engine.conclude", ("the first place of the law only", "for path, end in places:", "for path, end in places[:0]:")),
    *_at("statements.theorem", ("a control tried on one network", "CONTROL_NETWORKS = 1_024", "CONTROL_NETWORKS = 1")),
]  # fmt: skip

JUDGING = [
    *_at("evidence.kinds.control", ("controls that need not be rejected", "if not blind and kinds:", "if kinds:")),
    *_at(
        "evidence.kinds.refuted",
        ("claims without a counterexample", "if each.found is None", "if False"),
        ("a theorem's own counterexample", "if own.found is not None:", "if False:"),
    ),
    *_at("evidence.kinds.decided", ("claims whose instances say otherwise", "if found == statement.verdict:", "if True:")),
    *_at("evidence.kinds.sampled", ("floats that could not fail", "if tally.networks and tally.vacuous == tally.networks:", "if False:")),
    *_at(
        "evidence.evidence",
        ("failed counted as passed", 'outcome="failed",', 'outcome="passed",'),
        ("a failure is not looked at", "        if not failure:\n            return self\n", "        if failure:\n            return self\n"),
        ("errors are not failures", 'failure = f"the law raised {error}" if error else failure', "failure = failure"),
    ),
    *_at(
        "evidence.finding",
        ("failed only if all lines did", 'if any(line.outcome == "failed" for line in self.evidence):', 'if all(line.outcome == "failed" for line in self.evidence):'),
        ("the first line decides", 'if any(line.outcome == "failed" for line in self.evidence):', 'if self.evidence[0].outcome == "failed":'),
        ("`incomplete` never said", "if not self.heading.controls:", "if False:"),
        ("an incomplete theorem ends a run well", 'finding.verdict in ("failed", "incomplete")', 'finding.verdict in ("failed",)'),
        ("a failed theorem ends a run well", 'finding.verdict in ("failed", "incomplete")', 'finding.verdict in ("incomplete",)'),
        ("what was not run is not missed", 'if line.outcome == "not run" and not line.is_skipped]\n        shared', 'if line.outcome == "not reached"]\n        shared'),
        ("lines that are missing are not missed", "return [item for item in self.heading.items if item not in have", "return [item for item in [] if item not in have"),
        ("everything is proved", 'return "proved" if any(line.trusts({}) for line in self.evidence) else "checked"', 'return "proved"'),
        ("controls are no items", "for kind in KINDS.values() for item in kind.items(statement)]", "for kind in [*KINDS.values()][:-2] for item in kind.items(statement)]"),
    ),
    *_at(
        "evidence.record",
        ("a record without failures", "head.digest, found.verdict, tuple(found.in_order)", 'head.digest, "checked", tuple(found.in_order)'),
        ("a record of the first line", "tuple(found.in_order))", "tuple(found.in_order[:1]))"),
    ),
    *_at("statements.statement", ("a digest without hypotheses", "[self.statement, self.premise, *self.source.everything]", "[self.statement, *self.source.everything]")),
    *_at("statements.statement", ("a digest without the code", "[self.statement, self.premise, *self.source.everything]", "[self.statement, self.premise]")),
    *_at("statements.source", ("a digest that ignores a control", SAID, f'{SAID} "controls",')),
]  # fmt: skip

FAULTS = (*COMPARING, *SAMPLING, *EXACT, *JUDGING)
"""Each is one line, and a run with it says that its evidence is void, or that a sentinel passed."""

QUICK = ("NaN in a measurement", "`incomplete` never said")
"""Names of faults that every run plants; the slow run plants all."""

"""What each primitive of JAX does to the axes of its operands, by name; a primitive without a rule freezes what it meets."""

from symmetry.discovery.rules.contractions import CONTRACTIONS
from symmetry.discovery.rules.elementwise import ELEMENTWISE, SAME
from symmetry.discovery.rules.equation import Rule
from symmetry.discovery.rules.indexing import INDEXING
from symmetry.discovery.rules.linear_algebra import LINEAR_ALGEBRA
from symmetry.discovery.rules.order import ORDER
from symmetry.discovery.rules.reductions import REDUCTIONS
from symmetry.discovery.rules.shapes import SHAPES

RULES: dict[str, Rule] = {
    **ELEMENTWISE,
    **SAME,
    **SHAPES,
    **ORDER,
    **REDUCTIONS,
    **CONTRACTIONS,
    **LINEAR_ALGEBRA,
    **INDEXING,
}

"""Formal arrays: entries are terms, dimensions are names; the program run on them writes its own formulas."""

from symmetry.numbers.formal.array import Formal, naming
from symmetry.numbers.formal.functions import FormalActivation, FormalLoss, FormalTargets
from symmetry.numbers.formal.index import FormalError, Index, index_of, indices_of
from symmetry.numbers.formal.terms import Applied, Entry, OfRow, Operation, Sum, Term

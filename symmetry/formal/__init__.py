"""Proofs that a kernel checks, about the very program: Agda on definitions that the program writes, run on formal arrays."""

from symmetry.formal.checker import unavailable
from symmetry.formal.checking import Checking, checked

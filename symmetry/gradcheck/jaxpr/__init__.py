"""Running a program of JAX on NumPy arrays of any kind of number: floats, complex numbers or exact numbers."""

from symmetry.gradcheck.jaxpr.program import Program, run, traced

__all__ = ["Program", "run", "traced"]

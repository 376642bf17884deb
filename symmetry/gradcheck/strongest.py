"""A comparison by the most exact way that runs the student's code, and why those before it do not."""

import dataclasses

import jax
import numpy as np

from symmetry.gradcheck.comparison import GradientComparison
from symmetry.gradcheck.exact_comparison import compared_exactly
from symmetry.gradcheck.float_comparison import compared_in_floats
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.systems import COMPLEX_STEP, DIFFERENCES, EXACT, FORWARD_MODE, reason


def compared(student: Student, point: Point, seed: int = 0) -> GradientComparison:
    """Holds the student's gradient against the derivative of the student's loss.

    Raises:
        Exception: the student's own, where the code does not run in floats either.
    """
    refused: list[str] = []
    students = [student]
    if student.in_jax and not jax.config.read("jax_enable_x64"):  # with 64 bits first, which round constants less
        students.append(dataclasses.replace(student, in_64_bits=False, _programs={}))
    analytic = (FORWARD_MODE, COMPLEX_STEP) if student.in_jax else (COMPLEX_STEP, FORWARD_MODE)
    with np.errstate(all="ignore"):
        for each in students:
            try:
                return compared_exactly(each, point, seed)
            except Exception as error:  # what exact numbers do to code is no fault of the code
                refused = [f"{EXACT.name}: {reason(error)}"]
        for system in (*analytic, DIFFERENCES):
            try:
                return compared_in_floats(student, point, system, refused, seed)
            except Exception as error:
                if system is DIFFERENCES:
                    raise
                refused.append(f"{system.name}: {reason(error)}")
    raise AssertionError("differences run whatever runs at all")

"""Diagnosis by following the error's paths through the student's own loss."""

from symmetry.gradcheck.paths.diagnose import path_causes

__all__ = ["path_causes"]

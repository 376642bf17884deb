"""`symmetry.check`: whether the groups of units of a model are symmetries of it, of its gradients and of its training."""

from symmetry.modelcheck.checking import check
from symmetry.modelcheck.report import GroupReport, LawReport, ModelReport, Section

__all__ = ["GroupReport", "LawReport", "ModelReport", "Section", "check"]

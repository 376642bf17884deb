"""The audit of the source threads: what they claim about hidden layers, each decided by a run."""

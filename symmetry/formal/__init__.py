"""Proofs that a kernel checks, about the very program: Agda on definitions that the program writes, run on formal arrays."""

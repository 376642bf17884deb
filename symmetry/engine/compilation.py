"""Compiling for the machine at hand: on a CPU quickly, since evidence runs compile for longer than they run."""

from collections.abc import Callable

import jax

QUICK_TO_COMPILE = {
    "xla_backend_optimization_level": 0,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
"""XLA options for the CPU that compile a kernel in about two fifths of the time; it then runs at about two thirds of the speed.

A kernel that is not split into parts for several threads also takes fewer of the memory maps that a process may have.
"""


def compiled(function: Callable, *arguments, optimise: bool = False) -> Callable:
    """The function compiled for arguments of these shapes: fast to compile, or fast to run."""
    quick = not optimise and jax.default_backend() == "cpu"
    return jax.jit(function).lower(*arguments).compile(compiler_options=dict(QUICK_TO_COMPILE) if quick else None)


def keep_compiled_kernels(folder: str) -> None:
    """Lets JAX keep everything that it compiles in a folder; for commands, since it changes JAX's settings."""
    jax.config.update("jax_compilation_cache_dir", folder)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)

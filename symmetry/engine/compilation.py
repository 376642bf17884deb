"""Compiling for the machine at hand: on a CPU quickly, since evidence runs compile for longer than they run."""

import functools
from collections.abc import Callable, Mapping

import jax

Options = dict[str, bool | str]

QUICK_TO_COMPILE: Options = {
    "xla_backend_optimization_level": "0",
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": "1",
}
"""XLA options for the CPU that compile a kernel in about a quarter of the time; it then runs at about two thirds of the speed.

A kernel that is not split into parts for several threads also takes fewer of the memory maps that a process may have.
"""

QUICK_TO_RUN: Options = {"xla_backend_optimization_level": "3", "xla_cpu_use_fusion_emitters": True}
"""XLA's own choice, whatever the environment variable XLA_FLAGS says."""


def compiled(function: Callable, *arguments, optimise: bool = False) -> Callable:
    """The function compiled for arguments of these shapes: fast to compile, or fast to run."""
    lowered = jax.jit(function).lower(*arguments)
    if jax.default_backend() != "cpu":
        return lowered.compile()
    return lowered.compile(compiler_options=dict(known_options(QUICK_TO_RUN if optimise else QUICK_TO_COMPILE)))


def known_options(options: Mapping[str, bool | str]) -> Options:
    """Those of the options that this release of XLA knows: it would compile nothing with one that it does not."""
    return {name: value for name, value in options.items() if _is_known(name, value)}


@functools.cache
def _is_known(name: str, value: bool | str) -> bool:
    try:
        jax.jit(lambda: 0).lower().compile(compiler_options={name: value})
    except jax.errors.JaxRuntimeError:
        return False
    return True


def keep_compiled_kernels(folder: str) -> None:
    """Lets JAX keep everything that it compiles in a folder; for commands, since it changes JAX's settings."""
    jax.config.update("jax_compilation_cache_dir", folder)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)

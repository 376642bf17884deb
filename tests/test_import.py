"""Importing symmetry costs little and changes nothing; seen from fresh processes."""

import subprocess
import sys


def output_of(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_symmetry_imports_nothing_heavy():
    code = (
        "import sys, symmetry; print(sorted({'jax', 'sympy', 'hypothesis', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    assert output_of(code) == "[]"


def test_using_the_program_imports_neither_sympy_nor_hypothesis():
    code = (
        "import sys, symmetry; symmetry.network_of([[[1.0]]]); symmetry.Network; symmetry.UnitPermutation;"
        "print(sorted({'sympy', 'hypothesis', 'matplotlib', 'pytest'} & set(sys.modules)))"
    )
    assert output_of(code) == "[]"


def test_importing_everything_changes_no_global_setting():
    code = (
        "import warnings, numpy, jax; before = dict(jax.config.values), numpy.geterr(), list(warnings.filters);"
        "import symmetry, proofs; proofs.load(); [getattr(symmetry, name) for name in symmetry.__all__];"
        "import symmetry.evidence.session, symmetry.pytest_plugin, symmetry.cli, symmetry.book.figures;"
        "after = dict(jax.config.values), numpy.geterr();"
        "print(before[:2] == after)"
    )
    assert output_of(code) == "True"


def test_a_name_that_does_not_exist_is_said():
    code = "import symmetry\ntry: symmetry.Neuron\nexcept AttributeError as error: print(error)"
    assert output_of(code).startswith("module 'symmetry' has no attribute 'Neuron'; it has Ball, Batch")

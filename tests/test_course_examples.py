"""The examples of courses: what is called right is the gradient of its loss, what is called a fault is not.

Nothing is compared by a tolerance: `exact_derivative` encloses the derivative of the loss in balls.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import flint
import jax
import numpy as np
import pytest
from exact_derivative import agree, arrays, as_objects, ball, bits, derivative, in_numbers
from examples import (
    column_network,
    column_network_in_jax,
    forward_backward_cache,
    forward_backward_cache_in_jax,
    two_layer_classifier,
    two_layer_classifier_in_jax,
)
from examples.fault import Fault, named, with_line

FOLDER = Path(__file__).parent / "examples"
IN_NUMPY = [two_layer_classifier, column_network, forward_backward_cache]
IN_JAX = {
    two_layer_classifier_in_jax: two_layer_classifier,
    column_network_in_jax: column_network,
    forward_backward_cache_in_jax: forward_backward_cache,
}
FLOATS = [np.float64, np.float32]


def faults_of(modules):
    return [
        pytest.param(module, fault, id=f"{module.__name__.removeprefix('examples.')}: {fault.name}")
        for module in modules
        for fault in module.FAULTS.values()
    ]


def runs_in(dtype):
    """JAX with 64 bits where the float type needs them."""
    return jax.enable_x64(dtype == np.float64)


def of_type(gradient, dtype) -> bool:
    return all(array.dtype == dtype for array in arrays(gradient))


@pytest.mark.parametrize("module", IN_NUMPY)
def test_what_is_right_is_the_gradient_on_scalars_that_are_no_floats(module):
    params, x, y = module.draw(0)
    with flint.ctx.workprec(200):
        balls = derivative(module.loss, params, x, y)
        assert agree(module.grads(in_numbers(params), in_numbers(x), as_objects(y)), balls)
        assert all(one.rad() < flint.arb(2) ** -150 for one in balls)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("sizes", [{}, {"examples": 9}])
@pytest.mark.parametrize("module", IN_NUMPY)
def test_what_is_right_is_the_gradient_in_floats(module, sizes, dtype):
    params, x, y = module.draw(1, dtype, **sizes)
    gradient = module.grads(params, x, y)
    assert of_type(gradient, dtype)
    assert module.loss(params, x, y).dtype == dtype
    with flint.ctx.workprec(bits(dtype)):
        assert agree(gradient, derivative(module.loss, params, x, y))


def test_a_column_network_may_be_deeper():
    network, x, y = column_network.draw(2, widths=(2, 4, 3, 5, 2))
    with flint.ctx.workprec(bits(np.float64)):
        assert agree(column_network.grads(network, x, y), derivative(column_network.loss, network, x, y))


def test_what_is_right_with_a_penalty_is_the_gradient():
    params, x, y = two_layer_classifier.draw(3)
    balls = derivative(two_layer_classifier.penalised_loss, params, x, y)
    with flint.ctx.workprec(200):
        numbers = two_layer_classifier.penalised_grads(in_numbers(params), in_numbers(x), y)
        assert agree(numbers, balls)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("module", IN_JAX)
def test_what_is_right_in_jax_is_the_gradient_and_the_one_of_jax(module, dtype):
    with runs_in(dtype):
        params, x, y = module.draw(4, dtype)
        written, differentiated = module.grads(params, x, y), jax.grad(module.loss)(params, x, y)
        assert of_type(written, dtype)
        value = module.loss(params, x, y)
    original = IN_JAX[module]
    params, x, y = original.draw(4, dtype)
    with flint.ctx.workprec(bits(dtype)):
        balls = derivative(original.loss, params, x, y)
        assert agree(written, balls)
        assert agree(differentiated, balls)
        assert original.loss(in_numbers(params), in_numbers(x), as_objects(y)).value.overlaps(ball(value))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("module", "fault"), faults_of(IN_NUMPY))
def test_a_fault_runs_and_is_not_the_gradient(module, fault, seed, dtype):
    with flint.ctx.workprec(bits(dtype)):
        balls = derivative(fault.loss, *module.draw(seed, dtype, **fault.sizes))
        right = module.grads if fault.loss is module.loss else module.penalised_grads
        assert agree(right(*module.draw(seed, dtype, **fault.sizes)), balls)
        gradient = fault.grads(*module.draw(seed, dtype, **fault.sizes))
        assert of_type(gradient, dtype)
        assert not agree(gradient, balls)


@pytest.mark.parametrize(("module", "fault"), faults_of(IN_NUMPY))
def test_a_fault_is_one_on_scalars_that_are_no_floats_too(module, fault):
    params, x, y = module.draw(0, **fault.sizes)
    with flint.ctx.workprec(200):
        balls = derivative(fault.loss, params, x, y)
        assert not agree(fault.grads(in_numbers(params), in_numbers(x), as_objects(y)), balls)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("module", "fault"), faults_of(IN_JAX))
def test_a_fault_in_jax_runs_and_is_not_the_gradient(module, fault, dtype):
    with runs_in(dtype):
        gradient = fault.grads(*module.draw(0, dtype, **fault.sizes))
        assert of_type(gradient, dtype)
    original = IN_JAX[module]
    with flint.ctx.workprec(bits(dtype)):
        assert not agree(gradient, derivative(original.loss, *original.draw(0, dtype, **fault.sizes)))


def test_every_style_has_its_faults():
    assert all(len(module.FAULTS) >= 6 for module in IN_NUMPY)
    assert all(module.FAULTS for module in IN_JAX)


def test_a_line_to_change_must_be_there_once():
    with pytest.raises(ValueError, match="sigmoid has 0 lines 'return z'; name a line that it has once"):
        with_line(column_network.sigmoid, "return z", "return 1")


def test_two_faults_of_one_name_are_refused():
    fault = Fault("twice", "", abs, abs, "")
    with pytest.raises(ValueError, match=r"faults \['twice', 'twice'\] share a name; give each its own"):
        named(fault, fault)


def homework(path):
    """The module network.py of the homework, read from its file: there are two of that name."""
    spec = importlib.util.spec_from_file_location("handed_in", FOLDER / "homework" / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_solution_of_the_homework_is_right(dtype):
    solution = homework("solution/network.py")
    params, x, _ = two_layer_classifier.draw(5, dtype)
    y = np.random.default_rng(5).standard_normal((6, 3)).astype(dtype)
    gradient = solution.grads(params, x, y)
    assert of_type(gradient, dtype)
    with flint.ctx.workprec(bits(dtype)):
        assert agree(gradient, derivative(solution.loss, params, x, y))


@pytest.mark.parametrize("name", ["forward", "loss", "grads"])
def test_the_template_of_the_homework_is_to_be_filled_in(name):
    template = homework("network.py")
    with pytest.raises(NotImplementedError, match=f"{name} is yours to write"):
        getattr(template, name)(*[None] * (2 if name == "forward" else 3))


def collected(*arguments, cwd=FOLDER.parent.parent):
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


def test_the_project_does_not_collect_the_homework_unless_asked_to():
    assert "network.py" not in (listed := collected(FOLDER)).replace("column_network.py", "")
    assert "error" not in listed
    assert collected(FOLDER / "homework").count("test_homework.py::") == 7

"""Layers and activations of a network as Theory/Network.agda writes them."""

from collections.abc import Sequence


def _listed(widths: Sequence[str], biased: Sequence[bool]) -> str:
    """The layers after the first: the width of each, and whether it has a bias."""
    pairs = [f"({width} , {str(each).lower()})" for width, each in zip(widths[2:], biased[1:], strict=True)]
    return f"({' ∷ '.join([*pairs, '[]'])})"


def layers_type(number: str, widths: Sequence[str], biased: Sequence[bool]) -> str:
    """The type of the layers of a network; widths begin with that of the inputs."""
    return f"Layers {number} {widths[0]} {widths[1]} {str(biased[0]).lower()} {_listed(widths, biased)}"


def layers_text(parameters: Sequence[tuple[str, str | None]]) -> str:
    """Layers from the weight of each and its bias, or no bias."""
    written = [f"layer {weight} {'none' if bias is None else f'(some {bias})'}" for weight, bias in parameters]
    return " ∷ ".join([*written[:-1], f"[ {written[-1]} ]"])


def activations_type(number: str, widths: Sequence[str], biased: Sequence[bool]) -> str:
    """The type of the activations of a network."""
    return f"Activations {number} {_listed(widths, biased)}"


def activations_text(activations: Sequence[str]) -> str:
    """Activations, one a layer."""
    return " , ".join(activations)


def layer_place(part: str, layer: int, layers: str) -> str:
    """The weight or bias of a layer, counted from 1."""
    place = f"(first {'(rest ' * (layer - 1)}{layers}{')' * (layer - 1)})"
    return f"weight {place}" if part == "weight" else f"entries (bias {place})"

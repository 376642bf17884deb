"""Layers beyond fully connected ones, each in a small network with a loss, and the faults that people make in them."""

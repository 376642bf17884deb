"""Sweeps: a theorem's law on millions to billions of float networks, on every device there is, which can be interrupted."""

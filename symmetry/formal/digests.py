"""What proofs are about, as digests: the program, and the files of Agda."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from symmetry import network as program


def program_digest() -> str:
    """The SHA-256 of network.py."""
    return hashlib.sha256(Path(program.__file__).read_bytes()).hexdigest()


def digest(texts: Mapping[str, str]) -> str:
    """The SHA-256 of files, by their modules, with their names."""
    joined = "".join(f"{name}\0{text}\0" for name, text in sorted(texts.items()))
    return hashlib.sha256(joined.encode()).hexdigest()

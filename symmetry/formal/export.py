"""All files that a proof rests on, written to a folder for an editor: those by hand, and those that the program writes."""

import os
import tempfile
from pathlib import Path

from symmetry.formal.checking import written
from symmetry.formal.imports import path_of, written_modules


def write_sources(proofs: Path, folder: Path) -> list[Path]:
    """Writes the Agda files of a folder of proofs, with the generated ones, to a new folder: whole, or not at all.

    Raises:
        ValueError: the folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} exists and is not empty; name a new folder.")
    files = {**written_modules(proofs), **written().files}
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".symmetry-") as beside:
            for module, text in files.items():
                path = Path(beside, "sources") / path_of(module)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            os.replace(Path(beside, "sources"), folder)
    except OSError as error:
        raise ValueError(f"cannot write {folder}: {error.strerror}; name a folder in one you can write to.") from error
    return sorted(folder.rglob("*.agda"))

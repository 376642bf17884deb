"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Collection
from pathlib import Path


def require_place_for(path: Path, suffixes: Collection[str] = ()) -> None:
    """Raise unless a file can be written there, before anything long is done for it.

    Raises:
        ValueError: it has none of the suffixes that are asked for, is a folder, or stands in none that can be written.
    """
    path = Path(path)
    if suffixes and path.suffix.lower() not in suffixes:
        raise ValueError(f"cannot write {str(path)!r}: its name must end in {' or '.join(suffixes)}.")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        why = "it is a folder" if path.is_dir() else f"{path.parent} is no folder that you can write to"
        raise ValueError(f"cannot write {str(path)!r}: {why}; name a file in a folder that you can write to.")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file, text as UTF-8, by renaming a finished one into place.

    Raises:
        ValueError: the folder is missing or cannot be written.
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; name a file in a folder you can write to.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

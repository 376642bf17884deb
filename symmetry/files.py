"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file, text as UTF-8, by renaming a finished one into place.

    Raises:
        ValueError: the folder is missing or cannot be written.
    """
    with _beside(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        temporary.chmod(0o644)
        os.replace(temporary, path)


def require_writable(path: Path, suffixes: Collection[str] = ()) -> None:
    """Tries whether a file can be written, before what it is to hold is computed; changes nothing.

    Raises:
        ValueError: it has none of the suffixes that are asked for, is a folder, or its folder is missing or cannot be
            written.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise ValueError(f"cannot write {path}: its name must end in {' or '.join(suffixes)}.")
    with _beside(path):
        pass


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file in the same folder, gone afterwards if it was not moved."""
    if path.is_dir():
        raise ValueError(f"cannot write {path}: it is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise ValueError(f"cannot write {path}: {path.parent} is no folder; name a file in one that exists.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; name a file in a folder you can write to.") from error

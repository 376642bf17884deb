"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

MOST = 2**26
"""Bytes of the largest file that is read. A record has less than a hundredth of it; a device such as /dev/zero never ends."""


def read_bytes(path: Path, purpose: str) -> bytes:
    """What a file holds.

    Raises:
        ValueError: it cannot be read, or is too large to be what it should be, which `purpose` says: "name a record."
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MOST + 1)
    except (OSError, ValueError) as error:  # a ValueError if its name has a NUL
        raise ValueError(f"cannot read {path}: {getattr(error, 'strerror', error)}; {purpose}") from error
    if len(content) > MOST:
        raise ValueError(f"cannot read {path}: it holds more than {MOST >> 20} MiB; {purpose}")
    return content


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
    if "\0" in str(path):
        raise ValueError(f"cannot write {str(path)!r}: a name has no NUL; name another file.")
    try:
        if path.is_dir():
            raise ValueError(f"cannot write {path}: it is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise ValueError(f"cannot write {path}: {path.parent} is no folder; name a file in one that exists.")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; name a file in a folder you can write to.") from error

"""The process that Agda runs in, given the folder that its package is in and Agda's arguments.

Agda is a Haskell program in a library: its runtime gets a large area for new objects, which are then collected rarely.
"""

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

ALLOCATION_AREA = "-A128M"
"""An option of GHC's runtime. With its own 4 MiB, a sixth of the time goes into collecting."""


@contextlib.contextmanager
def runtime(folder: Path, arguments: list[str]) -> Iterator[None]:
    """GHC's runtime with the option, where the wheel has its library; elsewhere Agda starts one itself, without it."""
    ends = contextlib.ExitStack()
    for library in folder.glob("agda.libs/libHSrts-*"):
        haskell = ctypes.CDLL(str(library))
        given = [each.encode() for each in (*arguments, "+RTS", ALLOCATION_AREA)]
        count = ctypes.c_int(len(given))
        values = ctypes.cast((ctypes.c_char_p * (len(given) + 1))(*given), ctypes.POINTER(ctypes.c_char_p))
        haskell.hs_init_with_rtsopts(ctypes.byref(count), ctypes.byref(values))
        ends.callback(haskell.hs_exit)  # which prints what is left to print
    with ends:
        yield


if __name__ == "__main__":
    folder, *arguments = sys.argv[1:]
    sys.path.append(folder)
    import agda  # pyright: ignore[reportMissingImports]  # only where the extra `formal` is installed

    with runtime(Path(folder), ["agda", *arguments]):
        status = agda.main(["agda", *arguments])
    sys.exit(status)

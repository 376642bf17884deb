"""The commands of `symmetry`, a file each."""

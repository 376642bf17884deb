"""The derivations of the theorems, with symbolic widths: a file a chapter. Each yields steps that SymPy checks."""

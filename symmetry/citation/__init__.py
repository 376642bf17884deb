"""Citations of theorems and claims, with their evidence."""

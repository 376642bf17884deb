"""What symmetry says: each file is named after what it shows."""

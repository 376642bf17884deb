"""What students hand in: backprop in the styles of three courses, right and with the faults that people make."""

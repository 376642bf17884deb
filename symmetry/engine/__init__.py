"""How evidence is gathered: `derive`, `identity` and `sample`, on kernels that compare the sides of many laws at once."""

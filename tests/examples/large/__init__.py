"""Networks whose size or loops are what a check has to cope with."""

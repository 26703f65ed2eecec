"""What the operator does besides running the program: backup, restore, looking whether all is well."""

"""What the law says: one folder for each programme, with its rules, its parameters and its worked cases."""

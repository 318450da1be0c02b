"""社会保险: pensions, medical care, unemployment, injury, maternity."""

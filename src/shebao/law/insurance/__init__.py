"""Social insurance: pensions, medical care, unemployment, injury, maternity."""

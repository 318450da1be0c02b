"""社会福利: what age, childhood and disability give, after insurance and assistance."""

"""The assessment: facts of the record -> one pass over everybody -> what each is entitled to, and why."""

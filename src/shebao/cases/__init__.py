"""待遇: from a claim to money on an account.

models      claims, their steps and amounts, awards, payees' accounts, batches of payments
claims      a claim opened at the counter or by a difference; its steps, up to the award
payments    what is decided and not yet paid, as a batch: prepared, released, sent, returned
"""

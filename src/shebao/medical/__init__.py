"""医疗: institutions, catalogue, cover, visits, bills settled at the card reader, reconciliation."""

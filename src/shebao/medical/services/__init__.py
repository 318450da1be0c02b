"""The verbs of medical care: institutions, catalogue, cover, and the messages of the card reader."""

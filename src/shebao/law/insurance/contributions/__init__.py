"""社会保险费: bases, amounts by insurance and payer, account credits, late fee, subsidies, yearly interest."""

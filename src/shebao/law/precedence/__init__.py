"""待遇衔接: precedence (先保险、再救助、后福利): which benefit excludes which, and what counts as income for what."""

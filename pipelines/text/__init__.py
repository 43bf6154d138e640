"""Scripts and languages: folding, tokens, Chinese names, names in a text (pure)."""

"""Quality floors on labelled articles: figures, not single cases. `floors.json` holds the numbers."""

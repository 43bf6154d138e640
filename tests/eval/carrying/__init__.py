"""Pages that carry several texts, and what holds between them."""

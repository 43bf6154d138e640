"""The beat as data: its sources, terms and saved searches, and how its sources are doing."""

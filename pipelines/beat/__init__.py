"""The beat as data, and how its sources are doing."""

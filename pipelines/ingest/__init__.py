"""From a fetched page to a decision that is stored."""

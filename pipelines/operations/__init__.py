"""What a scheduler calls, mail to operators, and upkeep."""

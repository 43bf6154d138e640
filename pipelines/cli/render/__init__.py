"""What the commands print: for a person as text, for a program as JSON."""

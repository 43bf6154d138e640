"""What is done with stories: corrections, nearest ones, events, text files."""

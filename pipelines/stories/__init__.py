"""What is done with stories: corrections, nearest stories, events, grouping the texts of a file."""

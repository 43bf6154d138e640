"""From a page to a reader's inbox."""

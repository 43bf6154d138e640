"""From the web to a batch of pages.

Knows no stories, search, mail or Airflow.
"""

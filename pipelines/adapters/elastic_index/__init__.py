"""The search index of production: Elasticsearch 8.19 or 9.

    templates/   mappings and analyzers as they are kept in the cluster, readable JSON
    schema.py    templates/ -> component and index templates, with the character folds filled in
"""

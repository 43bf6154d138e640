"""The search index of production: Elasticsearch 8.19 or 9.

    templates/       mappings and analyzers as they are kept in the cluster, readable JSON
    schema.py        templates/ -> component and index templates, with the character folds filled in
    documents.py     articles, stories and accounts of runs -> JSON, and the index where each belongs
    compile.py       a query's tree -> a filter in the query DSL
    cluster.py       one cluster: errors translated, bulk writing that waits for a busy node
    generations.py   names and aliases; a rebuild fills the next generation and switches at once
    searching.py     articles that match -> stories, newest first, counted exactly
    index.py         the port

The client is imported when a cluster is first asked: it costs a second.
"""

from pipelines.adapters.elastic_index.index import ElasticIndex

__all__ = ["ElasticIndex"]

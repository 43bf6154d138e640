"""The search index of production: Elasticsearch 8.19 or 9.

    templates/       mappings and analyzers as they are kept in the cluster, readable JSON
    schema.py        templates/ -> component and index templates, with the character folds filled in
    documents.py     articles, stories and accounts of runs -> JSON, and the index where each belongs
    compile.py       a query's tree -> a filter in the query DSL
    refusals.py      the server's errors -> ours
    cluster.py       one cluster: its connection, and what is read of it
    bulk.py          bulk writing that waits for a busy node
    index_names.py   names, aliases and generations
    generations.py   set-up; a rebuild fills the next generation and switches at once
    year_sizes.py    which years stand by month
    targets.py       where writes go: to what is searched, or to what a rebuild fills
    writer.py        changes -> writes, each article in one place
    rebuild.py       a rebuild from beginning to end
    story_search.py  articles that match -> stories, newest first, counted exactly
    index.py         the port

The client is imported when a cluster is first asked: it costs a second.
"""

from pipelines.adapters.elastic_index.index import ElasticIndex

__all__ = ["ElasticIndex"]

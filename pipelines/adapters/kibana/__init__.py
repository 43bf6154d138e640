"""Kibana's data views, searches and dashboards as code.

    kibana/**/*.json ──► files (checked) ──► objects, lens ──► one .ndjson ──► importer ──► client
                                                                              Kibana 8.19 or 9

A file says what a person decides: a query, the columns of a chart, where a panel stands. What Kibana
wants around it (references by name, JSON inside strings, versions) is made here, so nobody writes it
twice. docs/kibana.md shows how to change a file.
"""

from pipelines.adapters.kibana.importer import ImportReport, import_objects
from pipelines.adapters.kibana.objects import build, packaged_objects

__all__ = ["ImportReport", "build", "import_objects", "packaged_objects"]

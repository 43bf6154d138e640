"""`maplewire airflow`: Airflow on this machine.

It has our DAGs in it, and all of it is in one folder.

    this process ──starts──► tables ──► API server, DAG processor, triggerer ──► scheduler
         ├─ serves the demo web, where that is wanted                               │
         └─ starts a part again that has ended                                      └──► tasks ──► crawls

Airflow is never imported here. Its processes are sessions of their own, so that all of them can be found
and ended.
"""

from pipelines.cli.airflow.local import LocalAirflow, free_port
from pipelines.cli.airflow.processes import is_airflow_part, session_processes
from pipelines.cli.airflow.rest_api import call_api, fetch_token
from pipelines.cli.airflow.serve import serve_airflow

__all__ = [
    "LocalAirflow",
    "call_api",
    "fetch_token",
    "free_port",
    "is_airflow_part",
    "serve_airflow",
    "session_processes",
]

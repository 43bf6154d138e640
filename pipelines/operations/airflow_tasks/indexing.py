"""Bringing the search index up to the ledger, or building it again."""

from __future__ import annotations

from crawlers.errors import PermanentError
from pipelines.operations.airflow_tasks.accounts import Counts, raise_problems, worst_kind
from pipelines.operations.airflow_tasks.task_app import open_task_app


def update_index() -> Counts:
    """Bring the search index up to the ledger; return {"documents"}.

    Raises TemporaryError while it is away: nothing is lost by that. Raises PermanentError for what another
    try would only meet again: documents that it refused, which are kept aside by then, a wrong key.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.index import index_changes, index_run_accounts

    problems = RunProblems()
    with open_task_app() as app:
        documents = index_changes(app.parts, problems)
        # The accounts of runs go to the same index, where Kibana draws them.
        index_run_accounts(app.parts, problems)
    raise_problems(problems, worst_kind(problems))
    return {"documents": documents}


def rebuild_index() -> Counts:
    """Build the search index again from the ledger; return {"documents"}.

    Searches are answered meanwhile. Raises PermanentError for documents that it refused: a rebuild
    would only meet them again.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.index import rebuild_search_index

    problems = RunProblems()
    with open_task_app() as app:
        documents = rebuild_search_index(app.parts, problems)
    raise_problems(problems, PermanentError)
    return {"documents": documents}

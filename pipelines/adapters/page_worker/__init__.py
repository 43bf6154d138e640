"""Pages are read in a process that can be ended.

So no page can stop the others.

reader      this side: hands pages to the worker, keeps the time, replaces a worker that had to be ended
worker      the other side: the limits of memory and time, and the reading itself
"""

from pipelines.adapters.page_worker.reader import WorkerPageReader
from pipelines.adapters.page_worker.worker import PageLimits

__all__ = ["PageLimits", "WorkerPageReader"]

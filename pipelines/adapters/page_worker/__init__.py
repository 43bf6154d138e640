"""Pages are read in processes that can be ended.

So no page can stop the others.

reader         this side: hands pages to the workers, keeps the time, replaces a worker that had to be ended
worker         the other side, one page at a time: the limits of memory and time, and the reading itself
freed_memory   gives memory that was freed back to the system
"""

from pipelines.adapters.page_worker.reader import WorkerPageReader
from pipelines.adapters.page_worker.worker import PageLimits

__all__ = ["PageLimits", "WorkerPageReader"]

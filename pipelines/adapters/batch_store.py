"""Complete batches on shared or object storage, where every worker finds them: S3, or any store that fsspec knows.

    crawl ──► folder of this machine ──publish──► STORE/ID.warc.gz ──reading──► temporary file ──► processing

A crawl writes to the disk of its machine, as without a store; a batch is published when it is complete. It is
copied under another name and then renamed, so that no name of a batch ever shows a part of it. What a crash keeps from
being published stays in the folder, and the next run on that machine publishes it.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.batch import SUFFIX, BatchFacts, BatchFolder
from crawlers.errors import CatalogueError, PermanentError, TemporaryError

LEFT_S = 600.0
"""A crawl publishes its batch as soon as it is complete; one that is older was left by a crash."""
_OPEN = ".open"


class BatchStore:
    """Batches at a URL such as `s3://bucket/prefix`, on their way through the folder of this machine.

    Credentials and addresses are the store's own affair: its library reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and
    the like. Raises TemporaryError while the store is away, PermanentError where it does not let us in.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url.rstrip("/")
        self._folder = BatchFolder(folder)
        try:
            import fsspec
            from fsspec.implementations.local import LocalFileSystem

            fs, self._root = fsspec.url_to_fs(self._url)
        except (ImportError, ValueError) as e:
            raise CatalogueError(
                [
                    f"MAPLEWIRE_BATCHES_URL: {self.where} cannot be opened ({e}); write s3://BUCKET/PREFIX or "
                    "file:///PATH, and install maplewire[object-storage] for S3"
                ]
            ) from None
        self._fs: Any = fs
        self._has_folders = isinstance(fs, LocalFileSystem)
        """On S3 to make a folder means to make its bucket, and nobody asked for that."""

    @property
    def where(self) -> str:
        """Name the store without any secret."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def publish(self, path: Path) -> None:
        """Make a complete batch of our folder visible to every worker, and let go of the file.

        Two may publish one batch at the same time; each copies it under a name of its own first.
        """
        target = f"{self._root}/{path.name}"
        partial = f"{target}.{secrets.token_hex(4)}{_OPEN}"
        with self._translated():
            if self._has_folders:
                self._fs.makedirs(self._root, exist_ok=True)
            try:
                self._fs.put_file(str(path), partial)
            except FileNotFoundError:
                if self._fs.exists(target):
                    return  # the other has published it, and let go of the file
                raise
            self._fs.mv(partial, target)
        path.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the complete batches, oldest first, and publish what a crash left in our folder."""
        for path in self._left():
            self.publish(path)
        with self._translated():
            self._fs.invalidate_cache()  # others write too
            found = self._fs.ls(self._root, detail=False) if self._fs.exists(self._root) else []
        return sorted(
            name for name in (str(place).rpartition("/")[2] for place in found) if name.endswith(SUFFIX)
        )

    def _left(self) -> Iterator[Path]:
        for name in self._folder.names():
            path = self._folder.path / name
            with suppress(FileNotFoundError):  # its crawl has just published it
                if time.time() - path.stat().st_mtime > LEFT_S:
                    yield path

    @contextmanager
    def reading(self, name: str) -> Iterator[Path | None]:
        """Give a batch as a file, None where there is no such batch; the file is gone afterwards."""
        if Path(name).is_absolute():  # a foreign file that was named on this machine
            with self._folder.reading(name) as path:
                yield path
            return
        with tempfile.TemporaryDirectory(prefix="maplewire-batch-") as folder:
            copy = Path(folder) / name
            yield copy if self._fetched(name, copy) else None

    def facts(self, name: str) -> BatchFacts | None:
        with self._translated():
            try:
                size = int(self._fs.info(f"{self._root}/{name}")["size"])
                made = self._fs.modified(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        return BatchFacts(made if made.tzinfo else made.replace(tzinfo=UTC), size)

    def remove(self, name: str) -> None:
        with self._translated(), suppress(FileNotFoundError):
            self._fs.rm_file(f"{self._root}/{name}")

    def _fetched(self, name: str, copy: Path) -> bool:
        with self._translated():
            try:
                self._fs.get_file(f"{self._root}/{name}", str(copy))
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as e:
            raise PermanentError(
                f"{self.where} does not let us in: {e}; check its credentials and rights"
            ) from e
        except FileNotFoundError as e:
            raise PermanentError(
                f"{self.where} is not there: {e}; make it, or correct MAPLEWIRE_BATCHES_URL"
            ) from e
        except Exception as e:  # each store raises what its own library raises
            raise TemporaryError(f"the batches at {self.where} cannot be reached: {e}") from e

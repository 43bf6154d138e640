"""Complete batches on storage that every worker reaches.

    crawl ──► folder of this machine ──publish──► STORE/ID.warc.gz ──reading──► temporary file ──► processing

The store is S3, or any that fsspec knows. A crawl writes to the disk of its machine, as without a store;
a batch is published when it is complete. It is copied under another name and then renamed, so that no
name of a batch ever shows a part of it. What a crash keeps from being published stays in the folder,
and the next run on that machine publishes it.
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

#: A crawl publishes its batch as soon as it is complete; one that is older was left by a crash.
LEFT_S = 600.0
_OPEN = ".open"


class BatchStore:
    """Batches at a URL such as `s3://bucket/prefix`.

    They pass through the folder of this machine. Credentials and addresses are the store's own affair:
    its library reads AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like. Raises TemporaryError while the
    store is away, PermanentError where it does not let us in.
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
                    f"MAPLEWIRE_BATCHES_URL: {self.where} cannot be opened ({e}); write s3://BUCKET/PREFIX "
                    "or file:///PATH, and install maplewire[object-storage] for S3"
                ]
            ) from None
        self._fs: Any = fs
        # On S3 to make a folder means to make its bucket, and nobody asked for that.
        self._has_folders = isinstance(fs, LocalFileSystem)

    @property
    def where(self) -> str:
        """Name the store without any secret."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    # -- publishing ----------------------------------------------------------------------------------------

    def publish(self, path: Path) -> None:
        """Publish a complete batch, and let go of the file.

        Two may publish one batch at the same time; each copies it under a name of its own first.
        """
        target = self._path_of(path.name)
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

    def _publish_left(self) -> None:
        """Publish what a crash left in our folder."""
        for name in self._folder.names():
            path = self._folder.path / name
            if _was_left(path):
                self.publish(path)

    # -- reading -------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return the complete batches, oldest first.

        What a crash left in our folder is published before.
        """
        self._publish_left()
        with self._translated():
            self._fs.invalidate_cache()  # others write too
            paths: list[Any] = []
            if self._fs.exists(self._root):
                paths = self._fs.ls(self._root, detail=False)
        found: list[str] = []
        for path in paths:
            name = str(path).rpartition("/")[2]
            if name.endswith(SUFFIX):
                found.append(name)
        return sorted(found)

    @contextmanager
    def reading(self, name: str) -> Iterator[Path | None]:
        """Give a batch as a file, or None; it is gone afterwards."""
        if Path(name).is_absolute():  # a foreign file that was named on this machine
            with self._folder.reading(name) as path:
                yield path
            return
        with tempfile.TemporaryDirectory(prefix="maplewire-batch-") as folder:
            copy = Path(folder) / name
            if self._fetch_file(name, copy):
                yield copy
            else:
                yield None

    def facts(self, name: str) -> BatchFacts | None:
        path = self._path_of(name)
        with self._translated():
            try:
                size = int(self._fs.info(path)["size"])
                made = self._fs.modified(path)
            except FileNotFoundError:
                return None
        if made.tzinfo is None:  # some stores give UTC without saying so
            made = made.replace(tzinfo=UTC)
        return BatchFacts(made, size)

    def remove(self, name: str) -> None:
        with self._translated(), suppress(FileNotFoundError):
            self._fs.rm_file(self._path_of(name))

    def _fetch_file(self, name: str, copy: Path) -> bool:
        """Copy a batch to this machine; False where there is none."""
        with self._translated():
            try:
                self._fs.get_file(self._path_of(name), str(copy))
            except FileNotFoundError:
                return False
        return True

    def _path_of(self, name: str) -> str:
        return f"{self._root}/{name}"

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


def _was_left(path: Path) -> bool:
    try:
        made = path.stat().st_mtime
    except FileNotFoundError:
        return False  # its crawl has just published it
    return time.time() - made > LEFT_S

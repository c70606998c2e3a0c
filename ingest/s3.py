"""Notes in a bucket of Amazon S3: listed and read, never written. The one user of boto3 here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import NotesError
from ingest.corpus import is_hidden
from ingest.loaders import check_name
from ingest.s3_cache import S3Cache
from ingest.s3_failures import explain_s3

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class S3Folder:
    """What lies under `prefix/` in a bucket, or the one object `prefix`.

    Credentials, region, profile and endpoint come by AWS's own chain.
    """

    bucket: str
    prefix: str
    cache: S3Cache

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def name(self) -> str:
        return PurePosixPath(self.bucket, self.prefix).name

    def files(self) -> list[tuple[S3File, str]]:
        """Every object, with its path below the prefix; what is no longer there is forgotten.

        Raises:
            NotesError: there is nothing under the prefix.
            NotesUnreachable: it cannot be listed.
        """
        with _told(self, listing=True):
            client = _open_client(self)
            rows = list(self._rows(client))
        if not rows:
            raise NotesError(
                f"There is nothing in {self}: check the prefix, or put .txt or .md files there."
            )
        files = [S3File(self, row["Key"], row["ETag"], row["Size"], client) for row in rows]
        self.cache.sweep(str(self), {file.kept for file in files})
        return [(file, name) for file in files if (name := self._shown(file.key))]

    def _shown(self, key: str) -> str:
        """The path below the prefix; empty for what is no note."""
        if key == self.prefix:
            return PurePosixPath(key).name
        name = key[len(self.prefix) + 1 :] if self.prefix else key
        return "" if key.endswith("/") or is_hidden(PurePosixPath(name)) else name

    def _rows(self, client: Any) -> Iterator[dict[str, Any]]:
        found = False
        under = f"{self.prefix}/" if self.prefix else ""
        for page in client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=under
        ):
            for row in page.get("Contents", ()):
                found = True
                yield row
        if found or not under:
            return
        # In order of key, so the first to begin so is the object itself.
        page = client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)
        yield from (row for row in page.get("Contents", ()) if row["Key"] == self.prefix)


@dataclass(frozen=True, slots=True)
class S3File:
    """One version of an object, as it was listed."""

    folder: S3Folder
    key: str
    etag: str
    listed: int
    client: Any = field(repr=False, compare=False)

    @property
    def identity(self) -> str:
        return f"s3://{self.folder.bucket}/{self.key}"

    @property
    def kept(self) -> Path:
        return self.folder.cache.path(str(self.folder), self.key, self.etag)

    def size(self) -> int:
        return self.listed

    def read(self) -> bytes:
        """From what is kept, or from S3 if this very version is still there.

        Raises:
            NotesError: this object cannot be read, or is of no format that is.
            NotesUnreachable: nor can others.
            ConfigError: it cannot be kept.
        """
        check_name(PurePosixPath(self.key))
        cache, path = self.folder.cache, self.kept
        data = cache.read(path, self.listed)
        if data is None:
            with _told(self.folder):
                reply = self.client.get_object(
                    Bucket=self.folder.bucket, Key=self.key, IfMatch=self.etag
                )
                with reply["Body"] as body:
                    data = bytes(body.read())
            cache.write(path, data)
        return data


def _open_client(folder: S3Folder) -> Any:
    """A client whose log is kept from telling what it signs."""
    import boto3
    from botocore.config import Config

    logging.getLogger("botocore").setLevel(logging.INFO)
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    )
    try:
        return boto3.Session().client("s3", config=config)
    except ValueError as error:  # of an endpoint that is no address
        raise explain_s3(error, str(folder), folder.bucket) from error


@contextmanager
def _told(folder: S3Folder, *, listing: bool = False) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise explain_s3(error, str(folder), folder.bucket, listing=listing) from error

"""What `--corpus` names: a folder on this machine, or one in S3."""

from __future__ import annotations

from pathlib import Path

from core.errors import ConfigError
from ingest.corpus import Place
from ingest.s3 import S3Folder
from ingest.s3_cache import S3Cache


def place_of(where: str | Path, home: Path) -> Place:
    """A path, or `s3://bucket/prefix`, of which what is read is kept under `home`.

    Raises:
        ConfigError: another kind of address, or one without a bucket.
    """
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    scheme, _, rest = where.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme.lower() != "s3" or not bucket:
        raise ConfigError(
            f"Notes cannot be read from {where}: name a folder, or s3://bucket/prefix."
        )
    return S3Folder(bucket, prefix.strip("/"), S3Cache(home / "s3"))

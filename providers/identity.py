"""Who AWS takes this machine for."""

from __future__ import annotations

from providers.aws_failures import aws_classes
from providers.bedrock import BedrockAccess

SECONDS = 3.0


def who_am_i(access: BedrockAccess) -> str:
    """The ARN behind the credentials, from STS; empty where STS cannot be asked.

    An account may use Bedrock without reaching STS, through a VPC endpoint for instance: that is
    no failure. `AWS_ENDPOINT_URL_STS` gives STS another address.
    """
    import boto3
    from botocore.config import Config

    failures: tuple[type[Exception], ...] = (*aws_classes(), ValueError)
    once = {"total_max_attempts": 1}
    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries=once)
    try:
        session = boto3.Session(
            profile_name=access.profile or None, region_name=access.region or None
        )
        return str(session.client("sts", config=config).get_caller_identity().get("Arn", ""))
    except failures:
        return ""

"""What boto3 and Amazon S3 may raise, as one line with the remedy. Imports neither."""

from __future__ import annotations

from core.errors import NoteproofError, NotesError, NotesUnreachable

_CREDENTIALS = "`aws sts get-caller-identity` says what is wrong with them."
_ENDED = "Your AWS sign-in has ended. Run `aws sso login`, or fetch new credentials."
_REGION = "{place} lies in another AWS region. Set AWS_REGION to the bucket's own{region}."
_DENIED = (
    "AWS does not let you list {place}. Ask for s3:ListBucket on the bucket and s3:GetObject on "
    "what is in it, or set AWS_PROFILE to a profile that has them."
)
_NETWORK = "{place} cannot be reached. Check the network, AWS_REGION and AWS_ENDPOINT_URL_S3."

# By class, for what never reached S3, the narrower class first; by code, for what S3 refused.
_LINES: tuple[tuple[str, str], ...] = (
    (
        "NoCredentialsError NoAuthTokenError",
        "No AWS credentials were found for {place}. Run `aws configure` or `aws sso login`, or set "
        "AWS_PROFILE to a profile that has some.",
    ),
    (
        "PartialCredentialsError",
        "The AWS credentials are incomplete: an access key needs its secret key. Run "
        "`aws configure`.",
    ),
    (
        "SSOError TokenRetrievalError LoginError ExpiredToken ExpiredTokenException "
        "TokenRefreshRequired RequestExpired",
        _ENDED,
    ),
    (
        "ProfileNotFound",
        "There is no such AWS profile. Set AWS_PROFILE to one that `aws configure list-profiles` "
        "shows.",
    ),
    (
        "ConfigParseError ConfigNotFound",
        "AWS's file of settings cannot be read. Run `aws configure list`: it says where and why.",
    ),
    (
        "CredentialRetrievalError MetadataRetrievalError InvalidConfigError "
        "RefreshWithMFAUnsupportedError MissingDependencyException",
        "The AWS credentials could not be fetched. " + _CREDENTIALS,
    ),
    (
        "InvalidAccessKeyId SignatureDoesNotMatch InvalidToken InvalidClientTokenId",
        "AWS does not accept your credentials. " + _CREDENTIALS,
    ),
    (
        "RequestTimeTooSkewed",
        "The clock of this machine is wrong, so AWS refuses what it signs. Set it right.",
    ),
    ("AccessDenied AllAccessDisabled Forbidden 403", _DENIED),
    ("NoSuchBucket", "There is no bucket {bucket}. Check its name: `aws s3 ls` lists yours."),
    (
        "PermanentRedirect TemporaryRedirect AuthorizationHeaderMalformed "
        "IllegalLocationConstraintException 301 InvalidRegionError UnknownRegionError",
        _REGION,
    ),
    (
        "SSLError",
        "The certificate of S3 cannot be verified. Behind a company's proxy, set AWS_CA_BUNDLE to "
        "the file of its certificates.",
    ),
    (
        "ProxyConnectionError InvalidProxiesConfigError",
        "The proxy of your environment does not let S3 through. Check HTTPS_PROXY and NO_PROXY.",
    ),
    ("HTTPClientError ConnectionError IncompleteReadError", _NETWORK),
    (
        "ParamValidationError InvalidBucketName",
        "{bucket} is no name of a bucket. Name one as in --corpus s3://bucket/prefix.",
    ),
    (
        "ValueError",
        "The address set for S3 is none. Set AWS_ENDPOINT_URL_S3 to one such as "
        "https://s3.eu-central-1.amazonaws.com, or to nothing.",
    ),
    (
        "SlowDown ServiceUnavailable InternalError RequestTimeout 500 502 503 504",
        "S3 is busy or has failed. Wait a little and index again.",
    ),
)
_OF_ONE_OBJECT = {
    "NoSuchKey": "it vanished while the notes were read: index again",
    "404": "it vanished while the notes were read: index again",
    "PreconditionFailed": "it changed while the notes were read: index again",
    "412": "it changed while the notes were read: index again",
    "AccessDenied": "AWS does not let you read it: ask for s3:GetObject on it, and for kms:Decrypt "
    "if it is encrypted with a key of its own",
    "InvalidObjectState": "it is archived: restore it from Glacier, then index again",
}


def explain_s3(
    error: Exception, place: str, bucket: str, *, listing: bool = False
) -> NoteproofError:
    """One clear line: a NotesError when it is about the one object that was read."""
    response = getattr(error, "response", None)
    given = response.get("Error", {}) if isinstance(response, dict) else {}
    code = str(given.get("Code", ""))
    if code in _OF_ONE_OBJECT and not listing:
        return NotesError(_OF_ONE_OBJECT[code])
    names = {code} if code else {kind.__name__ for kind in type(error).__mro__}
    region = f", {given['Region']}" if given.get("Region") else ""
    for known, line in _LINES:
        if names & set(known.split()):
            return NotesUnreachable(line.format(place=place, bucket=bucket, region=region))
    return NotesUnreachable(
        f"{place} cannot be read ({code or type(error).__name__}). `aws s3 ls {place}/` says more."
    )

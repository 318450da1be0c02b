"""The headers by which the gateway knows who asks: an HmacSHA1 over the other four, by the access key's secret.

HMAC-SHA1 is what the interface prescribes.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

import msgspec

NAME, VERSION, TIMESTAMP, ACCESS_KEY, SIGNATURE = (
    "_api_name",
    "_api_version",
    "_api_timestamp",
    "_api_access_key",
    "_api_signature",
)
SIGNED = tuple(sorted((NAME, VERSION, TIMESTAMP, ACCESS_KEY)))
VALID_MS = 30 * 60 * 1000
LONGEST = 300  # characters of a header
MISSING, EXPIRED, UNKNOWN, WRONG = "缺少服务网关的请求头!", "签名时间戳超时!", "非法用户!", "签名不一致!"


class Unauthorized(Exception):
    """The gateway lets nobody in.  message: one of the four of the interface."""

    code = 401

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def body(self) -> bytes:
        """What the gateway answers, in place of a message."""
        return msgspec.json.encode({"code": self.code, "message": self.message})


def sign(headers: Mapping[str, str], secret: str) -> str:
    """The signature over SIGNED."""
    text = "&".join(f"{name}={headers[name]}" for name in SIGNED)
    return base64.b64encode(hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha1")).decode()


def verify(headers: Mapping[str, str], secret: str | None, now: int) -> None:
    """Raises Unauthorized.

    headers: names in lower case.  secret: of the access key, None where there is no such key.  now: milliseconds since
    1970; a timestamp is good for 30 minutes before and after.
    """
    for name in (*SIGNED, SIGNATURE):
        if not 0 < len(headers.get(name) or "") <= LONGEST:
            raise Unauthorized(MISSING)
    timestamp = headers[TIMESTAMP]
    if not (len(timestamp) == 13 and timestamp.isascii() and timestamp.isdigit()):
        raise Unauthorized(EXPIRED)
    if abs(now - int(timestamp)) > VALID_MS:
        raise Unauthorized(EXPIRED)
    if secret is None:
        raise Unauthorized(UNKNOWN)
    given = headers[SIGNATURE].encode("utf-8", "replace")
    if not hmac.compare_digest(sign(headers, secret).encode(), given):
        raise Unauthorized(WRONG)

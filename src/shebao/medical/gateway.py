"""The gateway: HTTP beside the pages, and not inside them.  It knows who asks, reads the message, and lets it wait in a
lane; the answer goes out when what it says is stored.

RSGI, granian's own interface.  One path takes every transaction, as the national interface has it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shebao.database.connection import BATCH, use
from shebao.files.nhsa import LIMIT, Refused, Request, Unauthorized, decode, verify
from shebao.medical import law
from shebao.medical.services.batch import Service
from shebao.medical.services.lanes import LANES, Given, Lanes

PATH = "/fsi/api/rsfComIfsService/callService"
LARGEST_FILE = 256 << 20  # bytes of a file that comes by 9101
READ_PAST = 4  # limits that are read before a client is cut off
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan -c jit=off"
KEYS_KEPT = 5.0  # seconds that keys are known before they are read again
SLOW = ("3202",)  # compare many rows, and keep no lane from the others
_JSON = [("content-type", "application/json; charset=utf-8")]
_BYTES = [("content-type", "application/octet-stream")]
_log = logging.getLogger(__name__)


class Keys:
    """The secrets of the access keys in use, and whose they are."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._read_at = float("-inf")

    def of(self, access_key: str) -> tuple[str, str] | None:
        """(institution's code, secret); None for no key in use, or one that is too new to be known."""
        return self._known.get(access_key)

    def stale(self) -> bool:
        """Whether it is time to read again."""
        return time.monotonic() - self._read_at > KEYS_KEPT

    def read(self) -> None:
        """Reads all."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.access_key, i.code, k.secret FROM medical_key k "
                "JOIN medical_institution i ON i.id = k.institution_id WHERE k.ended_at IS NULL"
            )
            self._known = {key: (code, secret) for key, code, secret in cursor.fetchall()}
        self._read_at = time.monotonic()


class Application:
    """The RSGI application of one worker process."""

    def __init__(self, dsn: str, fixed: date | None = None, lanes: int = LANES) -> None:
        # Each statement is planned once, for arrays of whatever length: they are written so that one plan is good.
        use(make_conninfo(dsn, options=f"{conninfo_to_dict(dsn).get('options') or ''} {PLANNED_ONCE}".strip()), BATCH)
        law.warm()
        self.service = Service.of_programme(fixed)
        self._keys = Keys()
        self._keys.read()
        connection.close()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lanes = Lanes(self.service, self._told, lanes)
        self._beside = ThreadPoolExecutor(2)  # keys, files, what is slow

    def _told(self, answers: Sequence[tuple[Given, bytes]]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_all_told, answers)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """One request."""
        if scope.proto != "http":
            return
        if scope.path != PATH or scope.method != "POST":
            protocol.response_empty(404, [])
            return
        self._loop = self._loop or asyncio.get_running_loop()
        received = self.service.now()
        try:
            code = await self._who(scope.headers)
            kind = scope.headers.get("content-type") or ""
            multipart = kind.startswith("multipart/form-data")
            body = await _body(protocol, LARGEST_FILE if multipart else LIMIT)
            file = b""
            if multipart:
                body, file = parts(body, kind)
            request = decode(body, self.service.definitions)
            if request.fixmedins_code != code:
                raise Refused("不是该访问密钥的机构", "the key is another institution's", field="fixmedins_code")
            if request.infno in ("9101", "9102"):
                await self._file(request, received, file, protocol)
                return
            answer = await self._answer(request, received)
        except Unauthorized as unauthorized:
            protocol.response_bytes(401, _JSON, unauthorized.body())
            return
        except Refused as refused:
            answer = self.service.refused(refused, received)
        except Exception:
            _log.exception("a message cannot be answered")
            answer = self.service.refused("系统处理出错，已记录，请联系经办机构", received)
        protocol.response_bytes(200, _JSON, answer)

    async def _who(self, headers: Any) -> str:
        """The code of the institution that signed.  Raises Unauthorized."""
        given: Mapping[str, str] = {name: headers.get(name) or "" for name in _SIGNED}
        access_key = given["_api_access_key"]
        if self._keys.stale() or (access_key and self._keys.of(access_key) is None):
            await asyncio.get_running_loop().run_in_executor(self._beside, self._keys_again)
        found = self._keys.of(access_key)
        verify(given, None if found is None else found[1], time.time_ns() // 1_000_000)
        return "" if found is None else found[0]

    def _keys_again(self) -> None:
        try:
            self._keys.read()
        except Exception:
            # Those that are known go on, while the database comes back.
            _log.warning("the keys cannot be read", exc_info=True)
            connection.close()

    async def _answer(self, request: Request, received: Any) -> bytes:
        asked = self.service.asked(request, received)
        loop = asyncio.get_running_loop()
        if request.infno in SLOW:
            (found,) = await loop.run_in_executor(self._beside, self.service.run, [asked])
            return found
        future: asyncio.Future[bytes] = loop.create_future()
        self._lanes.put(asked, lambda answer: None if future.done() else future.set_result(answer))
        return await future

    async def _file(self, request: Request, received: Any, file: bytes, protocol: Any) -> None:
        asked = self.service.file_asked(request, received)
        loop = asyncio.get_running_loop()
        if request.infno == "9101":
            answer = await loop.run_in_executor(self._beside, self.service.upload, asked, file)
            protocol.response_bytes(200, _JSON, answer)
        else:
            content = await loop.run_in_executor(self._beside, self.service.download, asked)
            protocol.response_bytes(200, _BYTES, content)


_SIGNED = ("_api_name", "_api_version", "_api_timestamp", "_api_access_key", "_api_signature")


def _all_told(answers: Sequence[tuple[Given, bytes]]) -> None:
    for given, answer in answers:
        given(answer)


async def _body(protocol: Any, limit: int) -> bytes:
    """The body.  Raises Refused for one above the limit, of which nothing is kept.

    What is not much too large is read to its end first: a client that still sends does not look for an answer.
    """
    pieces, size = [], 0
    async for piece in protocol:
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        elif size > READ_PAST * limit:
            break
    if size > limit:
        raise Refused(f"报文超过{limit}字节，请分批上传", f"the message has more than {limit} bytes; send it in parts")
    return b"".join(pieces)


def parts(body: bytes, kind: str) -> tuple[bytes, bytes]:
    """The message (jsonStr) and the file of a multipart body.  Raises Refused."""
    marker = kind.partition("boundary=")[2].split(";")[0].strip().strip('"')
    if not marker or len(marker) > 200:
        raise Refused("上传报文缺少boundary", "the upload has no boundary")
    found: dict[str, bytes] = {}
    for part in body.split(b"--" + marker.encode())[1:-1]:
        head, gap, content = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode(errors="replace")
        if gap and name:
            found[name] = content.removesuffix(b"\r\n")
    if "jsonStr" not in found or "file" not in found:
        raise Refused("上传报文应有jsonStr和file两部分", "an upload has the parts jsonStr and file")
    return found["jsonStr"], found["file"]

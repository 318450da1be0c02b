"""A gateway in processes of its own, and hospitals that talk to it over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from shebao.files.nhsa.hospital import Message
from shebao.medical.gateway import PATH

PATIENCE = 60  # seconds for a start


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Gateway:
    """A gateway on a port; may be killed and started again."""

    def __init__(self, dsn: str, today: date, workers: int = 1) -> None:
        self.dsn, self.today, self.workers, self.port = dsn, today, workers, free_port()
        self.start()

    def start(self) -> None:
        code = (
            "import sys; from datetime import date; from shebao.medical.serve import serve; "
            "serve(sys.argv[1], '127.0.0.1', int(sys.argv[2]), int(sys.argv[3]), date.fromisoformat(sys.argv[4]))"
        )
        given = [self.dsn, str(self.port), str(self.workers), self.today.isoformat()]
        path = os.pathsep.join(["src", *sys.path])
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *given], env=os.environ | {"PYTHONPATH": path}, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the gateway ended"
            try:
                if self.post(b"", {})[0] == 401:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the gateway does not answer")

    def kill(self) -> None:
        """kill -9 of all its processes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def post(self, body: bytes, headers: dict[str, str], timeout: float = 60) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST", PATH, body, {"content-type": "text/plain", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def send(self, message: Message) -> bytes:
        """What a desk's `send` is."""
        status, body = self.post(message.body, message.headers)
        assert status == 200, body
        return body

    def multipart(self, message: Message, file: bytes) -> bytes:
        """9101: the message and the file."""
        mark = "part-of-the-upload"
        parts = [
            f'--{mark}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'.encode() + content + b"\r\n"
            for name, content in (("jsonStr", message.body), ("file", file))
        ]
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        headers = message.headers | {"content-type": f"multipart/form-data; boundary={mark}"}
        status, answer = self.post(body, headers)
        assert status == 200, answer
        return answer


@contextmanager
def running(*given: Any, **more: Any) -> Iterator[Gateway]:
    found = Gateway(*given, **more)
    try:
        yield found
    finally:
        found.kill()

"""What hostile uploads cost: ``python -m tests.bench.uploads``, through the real server. Nothing is judged.

Of each: what is answered, in what sentence, how soon, and how much memory the server and its child held beyond that of
a server at rest.
"""

import asyncio
import re
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2
import psutil

from app.web.cookies import SIGN_IN
from tests.browser.firm import TOM, made_firm
from tests.caller import NO_TLS
from tests.cast import PASSWORD
from tests.program import Program
from tests.web import pictures

ROUNDS = 10
LOOK_EVERY_S = 0.002
CHUNK = bytes(256 * 1024)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    sentence: str
    sent_bytes: int


class Memory:
    """The most that the program and its children held while it was looked at, in bytes beyond what it held before."""

    def __init__(self, pid: int) -> None:
        self._program = psutil.Process(pid)
        self._before = self._program.memory_info().rss
        self.server = 0
        self.child = 0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()

    async def _look(self) -> None:
        while True:
            self.server = max(self.server, self._program.memory_info().rss - self._before)
            for child in self._program.children():
                try:
                    self.child = max(self.child, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            await asyncio.sleep(LOOK_EVERY_S)


class Phone:
    """Tom, signed in, who sends files to one of his jobs."""

    def __init__(self, program: Program, cookie: str, job_id: int) -> None:
        self._port, self._cookie = program.port, cookie
        self._path = f"/jobs/{job_id}/photos"
        self._headers = {"Cookie": f"{SIGN_IN}={cookie}", "Origin": program.url}
        self._client = httpx2.AsyncClient(base_url=program.url, verify=NO_TLS, timeout=60)

    async def file(self, data: bytes) -> Answer:
        key = secrets.token_hex(8)  # The same once more would be answered without being looked at.
        words = {"key": key, "client_id": key}
        answer = await self._client.post(
            self._path, data=words, files={"file": ("a.jpg", data)}, headers=self._headers
        )
        return Answer(answer.status_code, _sentence(answer.text), len(data))

    async def endless(self) -> Answer:
        """A body that never ends and does not say how long it is, until the server has had enough."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = {
            **self._headers,
            "Host": f"127.0.0.1:{self._port}",
            "Transfer-Encoding": "chunked",
            "Content-Type": "multipart/form-data; boundary=x",
        }
        lines = [f"POST {self._path} HTTP/1.1", *(f"{name}: {one}" for name, one in head.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        answered, sent = asyncio.create_task(_head_and_body(reader)), 0
        try:
            for chunk in (part, *[CHUNK] * 4000):
                if answered.done():
                    break
                writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                await writer.drain()
                sent += len(chunk)
        except ConnectionError:
            pass
        text = await asyncio.wait_for(answered, 30)
        writer.close()
        return Answer(int(text.split(" ", 2)[1]), _sentence(text), sent)

    async def close(self) -> None:
        await self._client.aclose()


async def _head_and_body(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return (head + body).decode(errors="replace")


def _sentence(page: str) -> str:
    found = re.search(
        r'role="alert".*?<p>(.*?)</p>|<h1[^>]*>.*?</h1>\s*<p[^>]*>(.*?)</p>', page, re.DOTALL
    )
    words = next((one for one in found.groups() if one), "") if found else ""
    return unescape(re.sub(r"<[^>]+>", "", words)).strip()


async def measure() -> None:
    """Each kind ten times on a server of its own, so that no memory of another stands in its figure."""
    with tempfile.TemporaryDirectory(prefix="readyboard-uploads-") as folder:
        firm = await made_firm(Path(folder) / "data")
        kinds: dict[str, Callable[[Phone], Awaitable[Answer]]] = {
            "a photo of 12 Mpx": lambda phone: phone.file(pictures.of_a_phone()),
            "bomb, 81 Mpx": lambda phone: phone.file(pictures.bomb()),
            "SVG": lambda phone: phone.file(pictures.SVG),
            "page that says PDF": lambda phone: phone.file(pictures.PDF),
            "JPEG with a page in it": lambda phone: phone.file(pictures.polyglot()),
            "endless body": lambda phone: phone.endless(),
        }
        for name, send in kinds.items():
            program = Program(firm.data_dir)
            await program.start()
            try:
                phone = Phone(program, await _cookie(program), firm.jobs[0])
                await _rounds(name, program, phone, send)
                await phone.close()
            finally:
                await program.close()


async def _rounds(
    name: str, program: Program, phone: Phone, send: Callable[[Phone], Awaitable[Answer]]
) -> None:
    memory, taken, answer = Memory(program.pid), [], Answer(0, "", 0)
    async with memory.watched():
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            answer = await send(phone)
            taken.append(time.perf_counter() - begun)
    print(
        f"{name:24} {answer.sent_bytes / 1e3:9.1f} kB sent, {answer.status} after"
        f" {statistics.median(taken) * 1000:5.0f} ms, slowest {max(taken) * 1000:5.0f} ms;"
        f" server +{memory.server / 1e6:.0f} MB, child {memory.child / 1e6:.0f} MB"
        f"{': ' + answer.sentence if answer.sentence else ''}",
        flush=True,
    )


async def _cookie(program: Program) -> str:
    async with httpx2.AsyncClient(base_url=program.url, verify=NO_TLS) as client:
        form = {"email": TOM, "password": PASSWORD}
        answer = await client.post("/sign-in", data=form, headers={"Origin": program.url})
        return str(answer.cookies[SIGN_IN])


if __name__ == "__main__":
    asyncio.run(measure())

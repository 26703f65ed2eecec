"""Stop → the card on every open board: latency and server CPU with 1, 100 and 1 000 boards, and one real browser."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
import psutil
from playwright.async_api import Page, async_playwright

from app.demo.ground import PASSWORD
from tests.bench import floor
from tests.program import Program, readyboard

CROWDS = (1, 100, 1000)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@dataclass(frozen=True, slots=True)
class Round:
    """One crowd's figures: seconds from the press to its answer, to the last board, to the browser's paint."""

    boards: int
    answer: list[float]
    last: list[float]
    paint: list[float]
    server_cpu_s: float
    client_cpu_s: float
    presses: int
    frame_bytes: float


async def measure(presses: int) -> None:
    """Print the tables. ``presses``: stops measured for each crowd (as many starts lie between them)."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "data"
        readyboard("demo", "--no-serve", "--seed", "7", data_dir=folder)
        tokens = {
            name: readyboard(
                "token", "create", "--person", f"{name}@demo.example", data_dir=folder
            ).strip()
            for name in ("tom", "olga")
        }
        limits = {"READYBOARD_SOCKETS_PER_SESSION": "5000", "READYBOARD_ACK_TIMEOUT_S": "3600"}
        program = Program(folder, environment=limits)
        await program.start()
        try:
            rounds = [await _with_crowd(program, tokens, boards, presses) for boards in CROWDS]
        finally:
            await program.close()
        commits = floor.commit_seconds(Path(made), rounds=presses)
        sends, loops = floor.send_loop(
            boards=CROWDS[-1], frame_bytes=int(rounds[-1].frame_bytes), rounds=presses
        )
    _print(rounds, commits, sends, loops)


async def _with_crowd(program: Program, tokens: dict[str, str], boards: int, presses: int) -> Round:
    async with httpx2.AsyncClient(base_url=program.url, timeout=30) as client:
        presser = _Presser(client, tokens)
        await presser.take_in()
        cookie = await _sign_in(client)
        head = (await client.get("/live/head")).json()
        crowd = _start_crowd(program.url, boards, cookie, head)
        try:
            async with _browser(program.url, cookie) as page:
                return await _presses(program, presser, crowd, page, boards, presses)
        finally:
            crowd.terminate()
            crowd.wait(10)


async def _presses(
    program: Program,
    presser: "_Presser",
    crowd: "subprocess.Popen[str]",
    page: Page,
    boards: int,
    presses: int,
) -> Round:
    server = psutil.Process(program.pid)
    answer, last, paint = [], [], []
    await _one_press(presser, crowd, page, "start")
    before, first_told = _cpu(server), None
    told: dict[str, float] = {}
    for _ in range(presses):
        for verb in ("stop", "start"):
            pressed = await _one_press(presser, crowd, page, verb)
            told = pressed.told
            first_told = first_told or told
            if verb == "stop":
                answer.append(pressed.answer)
                last.append(pressed.last)
                paint.append(pressed.paint)
    spent = _cpu(server) - before
    clients = told["cpu_s"] - (first_told or told)["cpu_s"]
    return Round(boards, answer, last, paint, spent, clients, 2 * presses, told["bytes"])


@dataclass(frozen=True, slots=True)
class _Pressed:
    answer: float
    last: float
    paint: float
    told: dict[str, float]


async def _one_press(
    presser: "_Presser", crowd: "subprocess.Popen[str]", page: Page, verb: str
) -> _Pressed:
    lane = {"stop": "ready", "start": "in_progress"}[verb]
    await page.evaluate("window.arrived = {}")
    _ask(crowd)
    began, wall = time.monotonic(), time.time()
    await presser.press(verb)
    answered = time.monotonic()
    told = await asyncio.to_thread(_told, crowd)
    shown = await page.wait_for_function("lane => window.arrived[lane]", arg=lane, polling=10)
    painted = float(await shown.json_value()) / 1000
    return _Pressed(answered - began, told["last"] - began, painted - wall, told)


class _Presser:
    """Tom's phone, as a program: one job that he stops and starts again."""

    def __init__(self, client: httpx2.AsyncClient, tokens: dict[str, str]) -> None:
        self._client = client
        self._tokens = tokens
        self._job = 0

    async def take_in(self) -> None:
        """A new job that has everything but the stop: Tom has been on it for an hour."""
        me = await self._client.get("/api/v1/me", headers=self._headers("tom"))
        tom = me.json()["person"]["id"]
        body = {"title": "Boiler: no hot water", "customer": {"name": "Bench"}}
        made = await self._client.post("/api/v1/jobs", json=body, headers=self._headers("olga"))
        self._job = made.json()["job"]["id"]
        await self._post("olga", "assign", {"technician_id": tom})
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        await self._post("tom", "start", {"occurred_at": hour_ago.isoformat(), "pause_other": True})
        await self._post("tom", "stop", {"outcome": "done"})

    async def press(self, verb: str) -> None:
        await self._post("tom", verb, {"outcome": "done"} if verb == "stop" else {})

    async def _post(self, who: str, command: str, body: dict[str, Any]) -> None:
        answer = await self._client.post(
            f"/api/v1/jobs/{self._job}/{command}", json=body, headers=self._headers(who)
        )
        assert answer.status_code == 200, answer.text

    def _headers(self, who: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._tokens[who]}",
            "Idempotency-Key": secrets.token_hex(8),
        }


async def _sign_in(client: httpx2.AsyncClient) -> str:
    answer = await client.post(
        "/sign-in",
        data={"email": "olga@demo.example", "password": PASSWORD},
        headers={"Origin": str(client.base_url).rstrip("/")},
    )
    assert answer.status_code == 303, answer.text[:500]
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def _start_crowd(
    url: str, boards: int, cookie: str, head: dict[str, Any]
) -> "subprocess.Popen[str]":
    port = url.rsplit(":", 1)[1]
    crowd = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.crowd", port, str(boards), "office", head["epoch"], str(head["seq"])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"BENCH_COOKIE": cookie},
    )  # fmt: skip
    opened = _told(crowd)
    assert opened == {"open": boards}, opened
    return crowd


def _ask(crowd: "subprocess.Popen[str]") -> None:
    assert crowd.stdin is not None
    crowd.stdin.write("go\n")
    crowd.stdin.flush()


def _told(crowd: "subprocess.Popen[str]") -> dict[str, float]:
    assert crowd.stdout is not None
    line = crowd.stdout.readline()
    assert line, "the crowd ended: see its message above"
    told: dict[str, float] = json.loads(line)
    return told


WATCH = """
window.arrived = {};
const watch = new MutationObserver(() => {
  for (const lane of ["ready", "in_progress"]) {
    const card = document.querySelector(`[data-lane="${lane}"] #job-JOB`);
    if (card && !window.arrived[lane]) {
      window.arrived[lane] = 0;
      requestAnimationFrame(() => { window.arrived[lane] = performance.timeOrigin + performance.now(); });
    }
  }
});
watch.observe(document.body, {subtree: true, childList: true});
"""


@asynccontextmanager
async def _browser(url: str, cookie: str) -> AsyncIterator[Page]:
    """A real browser on the office board: the press counts when its frame with the card is drawn."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context()
        for pair in cookie.split("; "):
            name, value = pair.split("=", 1)
            await context.add_cookies([{"name": name, "value": value, "url": url}])
        page = await context.new_page()
        await page.goto(f"{url}/office")
        await page.wait_for_selector("html[data-live=live]")
        await page.evaluate(WATCH.replace("#job-JOB", "article"))
        yield page
        await browser.close()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _ms(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"{median(seconds) * 1000:7.1f} {cuts[94] * 1000:7.1f} {cuts[98] * 1000:7.1f}"


def _print(rounds: list[Round], commits: list[float], send_s: float, loops: list[float]) -> None:
    print("\nStop → every open office board, milliseconds (p50, p95, p99)")
    print(" boards   answer to the phone      last board               painted in Chromium")
    for r in rounds:
        print(f"{r.boards:7} {_ms(r.answer)}  {_ms(r.last)}  {_ms(r.paint)}")
    print("\nServer CPU")
    alone = rounds[0].server_cpu_s / rounds[0].presses
    for r in rounds:
        each = r.server_cpu_s / r.presses
        line = f"{r.boards:7} boards: {each * 1000:6.2f} ms a press"
        if r.boards > 1:
            per = (each - alone) / (r.boards - rounds[0].boards)
            line += f", {per * 1e6:6.1f} µs a delivery = {per / send_s:4.2f} × the bare send loop"
        print(f"{line}; clients {r.client_cpu_s / r.presses * 1000:6.2f} ms a press")
    many = rounds[-1]
    print("\nFloors of this run")
    print(f"commit with full sync (plain sqlite3): {_ms(commits)} ms p50 p95 p99")
    print(f"  answer to the phone ÷ that commit: {median(rounds[0].answer) / median(commits):.1f}")
    print(
        f"bare send loop, {many.boards} boards, {many.frame_bytes:.0f} bytes: {send_s * 1e6:.1f} µs CPU a send,"
    )
    print(
        f"  one round {median(loops) * 1000:.1f} ms; last board ÷ (commit + round): "
        f"{median(many.last) / (median(commits) + median(loops)):.2f}"
    )

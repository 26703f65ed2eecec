"""https by the server itself, with a certificate of the operator's own."""

import ssl
from pathlib import Path

import httpx2
import pytest
import trustme

from app.settings import SettingsError, read_settings
from tests.program import Program, readyboard


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """The two settings, pointing at a certificate for this machine."""
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    for part in certificate.cert_chain_pems:
        part.write_to_path(str(chain), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    return {"READYBOARD_TLS_CERTIFICATE": str(chain), "READYBOARD_TLS_KEY": str(key)}


async def test_the_server_speaks_https_and_its_cookies_are_for_https_only(
    authority: trustme.CA, files: dict[str, str], tmp_path: Path
) -> None:
    readyboard("migrate", data_dir=tmp_path / "data")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    program = Program(tmp_path / "data", environment=files, tls=trusted)
    await program.start()
    try:
        async with httpx2.AsyncClient(base_url=program.url, verify=trusted) as client:
            page = await client.get("/sign-in")
            worker = await client.get("/sw.js")
        assert page.status_code == 200
        assert page.headers["strict-transport-security"]
        assert f"wss://127.0.0.1:{program.port}" in page.headers["content-security-policy"]
        assert worker.headers["cache-control"] == "no-cache"
        assert "text/javascript" in worker.headers["content-type"]
    finally:
        await program.close()


def test_the_address_is_https_without_being_told(files: dict[str, str]) -> None:
    assert read_settings(files).address == "https://127.0.0.1:8000"
    assert read_settings(files | {"READYBOARD_HOST": "0.0.0.0"}).is_https  # noqa: S104


def test_half_of_it_stops_the_start(files: dict[str, str]) -> None:
    del files["READYBOARD_TLS_KEY"]
    with pytest.raises(SettingsError, match="belong together"):
        read_settings(files)


def test_a_file_that_is_not_there_stops_the_start(files: dict[str, str]) -> None:
    files["READYBOARD_TLS_KEY"] = "/nowhere/key.pem"
    with pytest.raises(SettingsError, match=r"READYBOARD_TLS_KEY=/nowhere/key\.pem is not a file"):
        read_settings(files)

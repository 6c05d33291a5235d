"""Where an answer, or a file beside it, cannot be written: what can be written is, and the rest is said plainly."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import DIRECT, ROOT, TIMEOUT, bare_environment, candor

DECIDE = ("decide", "tests/toy/clearing", "--fact", "snow_depth=8", "--at", "2026-01-15")
FULL = Path("/dev/full")


def on_a_full_disk(*arguments: str) -> tuple[int, str]:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [*DIRECT, *arguments],
            cwd=ROOT,
            env=bare_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    return ran.returncode, ran.stderr


full_disk = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")


@pytest.mark.parametrize("form", [(), ("--format", "json"), ("--format", "html")])
def test_the_answer_is_printed_although_its_certificate_cannot_be_written(form: tuple[str, ...]) -> None:
    alone = candor(*DECIDE, *form)
    ran = candor(*DECIDE, *form, "--certificate", "nowhere/certificate.json")
    assert (ran.code, ran.out) == (1, alone.out)
    assert ran.err.startswith("error: the certificate could not be written to `nowhere/certificate.json`: ")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--junit", "--coverage"])
def test_results_are_printed_although_a_file_beside_them_cannot_be_written(option: str) -> None:
    alone = candor("test", "tests/toy/clearing")
    ran = candor("test", "tests/toy/clearing", option, "nowhere/file")
    assert (ran.code, ran.out) == (1, alone.out)
    assert ran.err.startswith("error: cannot write to `nowhere/file`: ")


@full_disk
@pytest.mark.parametrize("arguments", [DECIDE, ("--help",), ("decide", "--help"), ("--version",)])
def test_a_full_disk_is_no_fault_of_candor(arguments: tuple[str, ...]) -> None:
    said = "error: the answer could not be written: No space left on device\n"
    assert on_a_full_disk(*arguments) == (1, said)


@pytest.mark.parametrize("arguments", ["--help", "guidelines"])
def test_where_nobody_reads_on_or_listens_nothing_failed(arguments: str) -> None:
    for redirected in (f"{arguments} | head -c 1", f"{arguments} >&-"):
        shell = ["bash", "-o", "pipefail", "-c", f'"$@" {redirected}', "bash", *DIRECT]
        ran = subprocess.run(shell, cwd=ROOT, env=bare_environment(), capture_output=True, timeout=TIMEOUT, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")


@full_disk
def test_the_certificate_is_written_although_the_answer_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    assert on_a_full_disk(*DECIDE, "--certificate", str(path))[0] == 1
    checker = [sys.executable, ROOT / "audit" / "check_certificate.py", path]
    assert subprocess.run(checker, capture_output=True, timeout=TIMEOUT, check=False).returncode == 0

"""What every test gets."""

import gc
import shutil
from pathlib import Path

import pytest


def pytest_collection_finish() -> None:
    """What was made so far stays to the end. It is not looked at each time that garbage is looked for, which takes up
    to a quarter of the time of the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder, which is the same for all tests of a process, one after the other. So what many of them copy
    there unchanged is read once, which takes most of the time of loading a guideline."""
    folder = tmp_path_factory.getbasetemp() / "here"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder

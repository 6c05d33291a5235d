"""What a version number has to say: which step each kind of change requires, and which step was taken.

A guideline's version is three numbers. A corrected answer is a patch, something new is a minor step, and whatever
somebody may rely on that is renamed, removed or no longer accepted is a major one.
"""

from enum import IntEnum


class Step(IntEnum):
    """How far a version goes beyond another, smallest first; BACK is to an earlier one."""

    BACK = -1
    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def step_between(before: str, after: str) -> Step:
    """The step from one version to another."""
    old, new = _numbers(before), _numbers(after)
    if new <= old:
        return Step.NONE if new == old else Step.BACK
    first = next(at for at in range(3) if old[at] != new[at])
    return (Step.MAJOR, Step.MINOR, Step.PATCH)[first]


def least_version(before: str, step: Step) -> str:
    """The lowest version that goes so far beyond another."""
    major, minor, patch = _numbers(before)
    match step:
        case Step.MAJOR:
            return f"{major + 1}.0.0"
        case Step.MINOR:
            return f"{major}.{minor + 1}.0"
        case Step.PATCH:
            return f"{major}.{minor}.{patch + 1}"
    return before


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch

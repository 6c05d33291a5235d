"""Circles: what depends on itself by way of others."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter


def circles_in(needs: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """Circles among names and what each needs: `("a", "b", "a")` where a needs b and b needs a.

    No name is in two of the circles returned, so where circles share a name one of them stands for all.
    """
    left = {name: sorted(needed) for name, needed in sorted(needs.items())}
    circles: list[tuple[str, ...]] = []
    while circle := _circle(left):
        circles.append(circle)
        for name in circle[1:]:
            del left[name]
    return tuple(sorted(circles))


def chain_text(circle: tuple[str, ...]) -> str:
    """A circle for a message: `a → b → a`."""
    return " → ".join(circle)


def _circle(needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """One circle, beginning with its first name; empty where there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[str] = list(reversed(error.args[1][1:]))
        first = found.index(min(found))
        return (*found[first:], *found[:first], found[first])
    return ()

"""z3's contexts. Each holds megabytes of which Python's collector sees a few small objects, so that in a large process
those of guidelines no longer used would wait for it by the hundred: it is called once so many are alive."""

import gc
from threading import Lock
from weakref import WeakSet

import z3

z3.Context.owner = False  # of one that Ctrl-C keeps from being made, which would be complained of when it is freed
FEW = 16
"""How many contexts may be alive before it is looked for dead ones among them."""


class _Alive:
    def __init__(self) -> None:
        self._contexts: WeakSet[z3.Context] = WeakSet()
        self._most, self._lock = FEW, Lock()

    def add(self, context: z3.Context) -> None:
        """Notes one more; once they are as many as after twice the last count of those in use, the dead are freed."""
        with self._lock:
            self._contexts.add(context)
            if len(self._contexts) >= self._most:
                gc.collect()
                self._most = max(FEW, 2 * len(self._contexts))


_ALIVE = _Alive()


def context() -> z3.Context:
    """A new context, for one thread."""
    made = z3.Context()
    _ALIVE.add(made)
    return made

"""How much processor time goes into tracing and compiling."""

import time

from jax import monitoring

EVENTS = "/jax/core/compile/"
"""What JAX reports the duration of begins so: tracing, lowering, compiling, which may stand within each other."""


class Compiling:
    """Measures a block: `all` its seconds of the processor, and `seconds`, about how many of them were spent compiling.

    JAX reports seconds of the clock. Of these the same share is taken as compiling of those of the processor.
    """

    def __enter__(self) -> "Compiling":
        self._spans: list[tuple[float, float]] = []
        self._began, self._clock = time.process_time(), time.time()
        monitoring.register_event_duration_secs_listener(self._heard)
        return self

    def __exit__(self, *error: object) -> None:
        monitoring.unregister_event_duration_listener(self._heard)
        self.all, clock = time.process_time() - self._began, time.time() - self._clock
        self.seconds = self.all * min(_covered(self._spans) / max(clock, 1e-9), 1)

    def _heard(self, event: str, duration_secs: float, **named: str | int) -> None:
        if event.startswith(EVENTS):
            self._spans.append((time.time() - duration_secs, time.time()))


def _covered(spans: list[tuple[float, float]]) -> float:
    """The length of the union of spans of time."""
    total, until = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(end - max(start, until), 0)
        until = max(until, end)
    return total

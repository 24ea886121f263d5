"""CAPTURE: one burst: how many pictures, how spaced, when done.

A burst is planned here and timed where the camera is: the front end takes picture *i* at
`due[i]` seconds after the red button (and after the countdown), and stamps it there, because messages
reach this side with a jitter of their own. Nothing here reads a clock: times come in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from facegame_lib.errors import BadSetting

GRACE = 4.0  # seconds that late pictures are waited for after the last one was due


@dataclass(frozen=True)
class BurstPlan:
    """`pictures` spread evenly over `seconds`, after `countdown` seconds of 3-2-1 (0 for none)."""

    pictures: int = 20
    seconds: float = 3.0
    countdown: float = 3.0

    def __post_init__(self) -> None:
        if not 1 <= self.pictures <= 200:
            raise BadSetting("out_of_range", name="pictures", low=1, high=200, found=self.pictures)
        if not 0 < self.seconds <= 60:
            raise BadSetting("out_of_range", name="seconds", low=0, high=60, found=self.seconds)
        if not 0 <= self.countdown <= 10:
            raise BadSetting("out_of_range", name="countdown", low=0, high=10, found=self.countdown)

    @property
    def due(self) -> tuple[float, ...]:
        """Seconds after the countdown at which each picture is taken; the first at 0."""
        step = self.seconds / self.pictures
        return tuple(i * step for i in range(self.pictures))


@dataclass(frozen=True)
class Burst:
    """A burst under way: frozen, each picture that arrives gives the next one."""

    id: int
    category: str
    take: int
    started: float
    plan: BurstPlan = field(default_factory=BurstPlan)
    stamps: tuple[float, ...] = ()
    ended: bool = False

    def picture(self, stamp: float) -> Burst:
        """One more picture, taken `stamp` seconds after the first was due (the camera side's clock)."""
        return replace(self, stamps=(*self.stamps, stamp))

    def end(self) -> Burst:
        """The camera side has sent all it took."""
        return replace(self, ended=True)

    @property
    def count(self) -> int:
        """How many pictures came."""
        return len(self.stamps)

    def done(self, at: float) -> bool:
        """Whether nothing more is to be expected at that time."""
        late = at - self.started > self.plan.countdown + self.plan.seconds + GRACE
        return self.ended or self.count >= self.plan.pictures or late

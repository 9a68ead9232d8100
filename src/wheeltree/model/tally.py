"""What was seen of a run so far: the summary of one that breaks off."""

from wheeltree.model.event import Blocked, Event, Failed, Finished, Reused, Summary
from wheeltree.model.frozen import replace

NOTHING = Summary(
    built=(), reused=(), failed=(), blocked=(), seeds=(), wheelhouse="", seconds=0, seconds_saved=0
)


def counted(seen: Summary, event: Event) -> Summary:
    """What was seen when one more event is."""
    match event:
        case Finished(work="build"):
            return replace(seen, built=(*seen.built, event.subject))
        case Reused():
            saved = seen.seconds_saved + event.seconds
            return replace(seen, reused=(*seen.reused, event.subject), seconds_saved=saved)
        case Failed():
            return replace(seen, failed=(*seen.failed, event))
        case Blocked():
            return replace(seen, blocked=(*seen.blocked, event))
        case _:
            return seen

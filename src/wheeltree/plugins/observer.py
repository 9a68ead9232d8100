"""The class that hears of a run."""

from wheeltree.model.event import Built, Event, Failed, Prebuilt, Reused, Summary


class Observer:
    """Hears what happens in a run; it cannot change a build.

    Override the methods of what you want to hear. They are called one after the other, in a thread
    of their own, and the run waits for them at its end. What fails in them is one warning.

    Sample usage, in `overrides/_observers.py`::

        class Mail(Observer):
            def finished(self, summary: Summary) -> None:
                send(f"{len(summary.built)} wheels were built")
    """

    def built(self, event: Built) -> None:
        """A wheel was built, and is in the store."""

    def prebuilt(self, event: Prebuilt) -> None:
        """A wheel was taken as it is, since settings say so, and is in the store."""

    def reused(self, event: Reused) -> None:
        """A wheel was in the store already."""

    def failed(self, event: Failed) -> None:
        """A wheel could not be built."""

    def finished(self, summary: Summary) -> None:
        """The run is over, and the wheelhouse is published unless something failed, or
        `summary.error` says what broke it off.
        """

    def event(self, event: Event) -> None:
        """Anything happened, the events above included."""

"""What observers are told of a wheel that is new in the store."""

from wheeltree.model.artifact import Artifact
from wheeltree.model.event import Built, Prebuilt
from wheeltree.model.spec import BuildSpec


def news(spec: BuildSpec, artifact: Artifact, place: str) -> Built | Prebuilt:
    """The event that the wheel of `spec` is there; place: the path of its file."""
    if spec.recipe.prebuilt:
        return Prebuilt(
            subject=spec.subject,
            filename=artifact.filename,
            digest=artifact.file,
            size=artifact.size,
            path=place,
        )
    return Built(
        subject=spec.subject,
        filename=artifact.filename,
        digest=artifact.file,
        size=artifact.size,
        path=place,
        seconds=artifact.seconds,
    )

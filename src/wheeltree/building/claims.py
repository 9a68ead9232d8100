"""Whether a wheel has code for the devices that its variant declares, and for no others."""

from wheeltree.errors import BuildError
from wheeltree.model.artifact import Artifact
from wheeltree.model.device import DeviceCode, claims_differ
from wheeltree.model.spec import BuildSpec
from wheeltree.model.variant import Properties
from wheeltree.store.local import Store

_DEVICES = {("nvidia", "sm_arch"), ("amd", "gfx_arch")}
"""Properties that can be compared with what is in a wheel."""


def check_claims(spec: BuildSpec, artifact: Artifact, store: Store) -> None:
    """BuildError if a wheel has other code for devices than the variant declares that it is for.

    Nothing is read where the variant declares no devices. StoreError if the wheel is not in the
    store.
    """
    claims = spec.recipe.claims
    if not any((each.namespace, each.feature) in _DEVICES for each in claims):
        return
    code = inside(artifact, store, subject=spec.subject)
    problems = claims_differ(code, _by_namespace(claims))
    if problems:
        raise BuildError(
            f"{spec.subject}: its wheel is not for the devices that {spec.recipe.variant} declares",
            details=(*problems, *(f"device code is in {each}" for each in code.files)),
            hint="have the package build for all of them and no others (most read an environment "
            f"variable), or correct the `properties` of {spec.recipe.variant}",
        )


def inside(artifact: Artifact, store: Store, *, subject: str) -> DeviceCode:
    """The traces of accelerators in a wheel; read from its file once and recorded.

    subject: the wheel, for BuildError where it cannot be read.
    """
    known = store.record("device-code", artifact.file, DeviceCode)
    if known is not None:
        return known
    from wheeltree.host.device_code import Unreadable, device_code  # noqa: PLC0415  few need it

    try:
        found = device_code(store.path(artifact.file))
    except Unreadable as error:
        raise BuildError(
            f"{subject}: nobody can tell for which devices its wheel has code",
            details=[str(error)],
            hint="declare no sm_arch and gfx_arch for the variant, if that is to be accepted",
        ) from error
    return store.put_record("device-code", artifact.file, found, DeviceCode)


def _by_namespace(claims: Properties) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in claims:
        found.setdefault(each.namespace, {})[each.feature] = each.values
    return found

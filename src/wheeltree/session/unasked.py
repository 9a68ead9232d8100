"""How variants differ, as far as nobody would look for it."""

from collections.abc import Iterator, Sequence

from wheeltree.model.plan import Plan
from wheeltree.planning.sharing import misaligned
from wheeltree.resolution.wanted import Wanted
from wheeltree.session.requesting import limits
from wheeltree.settings.schema import Settings, VariantSettings
from wheeltree.settings.values import VariantName


def differing(settings: Settings, plans: Sequence[Plan]) -> Iterator[str]:
    """Versions that differ between variants, and what of a variant reached nobody."""
    if settings.variants:
        demands: dict[str, tuple[Wanted, ...]] = {
            each: limits(settings, each) for each in settings.variants
        }
        yield from misaligned(plans, demands)
        yield from unasked(settings, plans)


def unasked(settings: Settings, plans: Sequence[Plan]) -> Iterator[str]:
    """For each variant of which no package asked: what of it reached nobody."""
    for plan in plans:
        asked = any(each.spec.recipe.variant == plan.variant for each in plan.packages)
        said = settings.variants[VariantName(plan.variant)]
        if not asked and (idle := _idle(said)):
            yield (
                f"no package asks for the variant {plan.variant}: its {idle} reached nobody "
                f"({said.origin}); name packages under its `packages:`, or in rules with `variant:`"
            )


def _idle(said: VariantSettings) -> str:
    own = {key for key in said.origin.lines if "." not in key}
    variables = [f"variable {name}" for name in said.env]
    others = sorted(own - {"description", "properties", "packages", "env"})
    return ", ".join((*variables, *others))

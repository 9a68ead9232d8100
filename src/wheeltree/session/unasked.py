"""What variants say and nobody asks for."""

from collections.abc import Iterator, Sequence

from wheeltree.model.plan import Plan
from wheeltree.settings.schema import Settings, VariantSettings
from wheeltree.settings.values import VariantName


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

"""scales.yaml: categories, codes, groups of answers, and the names that are built in."""

from praksis.define.check.names import Names
from praksis.define.codes import join_known, suggest
from praksis.define.question import CHOICE, STAIRCASE, Scale

_FILE = "scales.yaml"
_CHOICES = {"not-chosen": 0, "chosen": 1}


def check_scales(names: Names) -> None:
    """Each scale against itself."""
    scales = names.parts.scales or ()
    names.check_unique("scale", [(scale.id, names.parts.place(_FILE, n, "id")) for n, scale in enumerate(scales)])
    for number, scale in enumerate(scales):
        _check_categories(names, number, scale)
        _check_groups(names, number, scale)
        _check_built_in(names, number, scale)


def _check_categories(names: Names, number: int, scale: Scale) -> None:
    place_of = names.parts.place
    ids = [(one.id, place_of(_FILE, number, "categories", n, "id")) for n, one in enumerate(scale.categories)]
    ids += [(one.id, place_of(_FILE, number, "groups", n, "id")) for n, one in enumerate(scale.groups)]
    names.check_unique("answer", ids)
    codes = [
        (str(one.code), place_of(_FILE, number, "categories", n, "code")) for n, one in enumerate(scale.categories)
    ]
    names.check_unique("code", codes, "Q015")
    kinds = [(one.kind, place_of(_FILE, number, "missing", n, "kind")) for n, one in enumerate(scale.missing)]
    names.check_unique("missing class", kinds, "Q016")


def _check_groups(names: Names, number: int, scale: Scale) -> None:
    categories = [category.id for category in scale.categories]
    for position, group in enumerate(scale.groups):
        for entry, name in enumerate(group.of):
            if name not in categories:
                what = f"`{scale.id}` has no category `{name}`{suggest(name, categories)}"
                place = names.parts.place(_FILE, number, "groups", position, "of", entry)
                names.findings.add("N007", place, what, known=join_known(categories))


def _check_built_in(names: Names, number: int, scale: Scale) -> None:
    place = names.parts.place(_FILE, number, "id")
    if scale.id == STAIRCASE:
        names.findings.add("N013", place, "the scale `staircase` is made from the steps of staircase.yaml")
    if scale.id == CHOICE and {category.id: category.code for category in scale.categories} != _CHOICES:
        what = "`choice` is the scale of options in a multiple choice, and has other categories here"
        names.findings.add("Q017", place, what)

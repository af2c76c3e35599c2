"""Is an SVG text safe to set into a page? Drawings are the only part of the content that is not escaped."""

from xml.etree import ElementTree

_FORBIDDEN = {"script", "foreignObject", "iframe", "object", "embed", "image", "handler", "set", "animate", "style"}


def find_fault(drawing: str) -> str:
    """What is wrong with a drawing, or '': it must be one well-formed <svg> that runs and fetches nothing."""
    if "<!" in drawing or "<?" in drawing:
        return "has a declaration; only elements may be set into a page"
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError as error:
        return f"is not well-formed XML ({error})"
    if _name(root.tag) != "svg":
        return "is not an <svg>"
    for element in root.iter():
        name = _name(element.tag)
        if name in _FORBIDDEN:
            return f"has a <{name}>"
        for attribute, value in element.attrib.items():
            short = _name(attribute)
            if short.lower().startswith("on"):
                return f"has the attribute '{short}'"
            if short == "href" and not value.startswith("#"):
                return f"refers to '{value}' outside itself"
    return ""


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]

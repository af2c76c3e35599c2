"""Is an SVG text safe to set into a page? Drawings are the only part of the content that is not escaped."""

import re
from xml.etree import ElementTree

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}
"""What charts are drawn with. A list of what is allowed: what a browser makes of the rest is not ours to foresee."""

_ATTRIBUTE = re.compile(
    r"aria-[a-z]+|data-[a-z]+|class|id|role|lang|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|d|width|height|viewBox|transform|opacity"
    r"|fill(-opacity)?|stroke(-[a-z]+)?|font-[a-z]+|text-anchor|paint-order"
)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def find_fault(drawing: str) -> str:
    """What is wrong with a drawing, or '': it must be one well-formed <svg> that runs and fetches nothing."""
    if "<!" in drawing or "<?" in drawing:
        return "has a declaration; only elements may be set into a page"
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError as error:
        return f"is not well-formed XML ({error})"
    if root.tag != f"{_NAMESPACE}svg":
        return "is not an <svg>"
    for element in root.iter():
        name = element.tag.removeprefix(_NAMESPACE)
        if name not in _ELEMENTS:
            return f"has a <{name.rpartition('}')[2]}>"
        for attribute, value in element.attrib.items():
            if attribute != _LANGUAGE and not _ATTRIBUTE.fullmatch(attribute):
                return f"has the attribute '{attribute.rpartition('}')[2]}'"
            if "url(" in value.lower().replace(" ", ""):
                return f"refers to '{value}'"
    return ""

"""Labels of variables and values, as long as SPSS holds them (IBM, *Command Syntax Reference*)."""

LONGEST_LABEL, LONGEST_VALUE_LABEL = 255, 120
"""Bytes in UTF-8, of variables and of values."""


def join_label(question: str, text: str) -> str:
    """The question and the item; where both are too long, the question is cut, since the item tells columns apart."""
    whole = f"{question} – {text}" if question else text
    if len(whole.encode()) <= LONGEST_LABEL or not question:
        return cut_bytes(whole, LONGEST_LABEL)
    end = f" – {cut_bytes(text, LONGEST_LABEL // 2)}"
    return cut_bytes(question, LONGEST_LABEL - len(end.encode())) + end


def cut_bytes(text: str, most: int) -> str:
    """A text of at most so many bytes in UTF-8, cut between letters and marked with … where it is."""
    data = text.encode()
    return text if len(data) <= most else data[: most - 3].decode(errors="ignore").rstrip() + "…"

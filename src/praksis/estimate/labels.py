"""Which estimate is which: label columns for the tables of results."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from praksis.estimate.array import Ints
from praksis.estimate.domain import Listed
from praksis.estimate.scale import Answers, find_scale_runs


def label_shares(items: Sequence[str], scales: Sequence[Answers], domains: Listed) -> pa.Table:
    """One row per item, domain and answer."""
    sizes = np.array([len(scale.names) for scale in scales])
    g = len(domains.listed)
    kinds = [name for scale in dict.fromkeys(scales) for name in scale.names]
    if len({type(kind) for kind in kinds}) > 1:
        kinds = list(map(str, kinds))
    kinds = list(dict.fromkeys(kinds))
    place = {str(kind): number for number, kind in enumerate(kinds)}
    runs = [(scales[first], last - first) for first, last in find_scale_runs(scales)]
    answers = [np.tile([place[str(name)] for name in scale.names], g * items) for scale, items in runs]
    columns = {
        "item": label_codes(np.repeat(np.arange(len(items)), sizes * g), items),
        "answer": label_codes(np.concatenate(answers), kinds),
    }
    for name in domains.names:
        values, known = _code_domains(domains, name)
        spread = [np.tile(np.repeat(values, len(scale.names)), items) for scale, items in runs]
        columns[name] = label_codes(np.concatenate(spread), known)
    return pa.table(columns)


def label_numbers(named: Sequence[tuple[str, object]], domains: Listed) -> pa.Table:
    """One row per (item, answer) and domain; no answers where they are None."""
    g = len(domains.listed)
    columns = {"item": label_codes(np.repeat(np.arange(len(named)), g), [item for item, _ in named])}
    if any(answer is not None for _, answer in named):
        columns["answer"] = label_codes(np.repeat(np.arange(len(named)), g), [str(answer) for _, answer in named])
    for name in domains.names:
        values, known = _code_domains(domains, name)
        columns[name] = label_codes(np.tile(values, len(named)), known)
    return pa.table(columns)


def _code_domains(domains: Listed, name: str) -> tuple[Ints, list[object]]:
    """Which value each domain has, and the values; the place after the last where it has none."""
    values = [domain.values.get(name) for domain in domains.listed]
    known = list(dict.fromkeys(value for value in values if value is not None))
    return np.array([known.index(value) if value is not None else len(known) for value in values]), known


def label_codes(codes: Ints, names: Sequence[object]) -> pa.DictionaryArray:
    """Codes [J] as labels, null for the code after the last.

    From buffers: asked to convert an array, pyarrow looks for pandas in the file system every time.
    """
    known = codes < len(names)
    present = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [present, pa.py_buffer(codes.astype(np.int32))])
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), None if len(names) else pa.string()))


def label_quantiles(column: str, probabilities: Sequence[float], domains: Listed) -> pa.Table:
    """One row per domain and probability."""
    g, q = len(domains.listed), len(probabilities)
    columns = {
        "item": label_codes(np.zeros(g * q, dtype=np.int64), [column]),
        "answer": label_codes(np.tile(np.arange(q), g), [f"{probability:g}" for probability in probabilities]),
    }
    for name in domains.names:
        values, known = _code_domains(domains, name)
        columns[name] = label_codes(np.repeat(values, q), known)
    return pa.table(columns)

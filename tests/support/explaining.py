"""Reasons of features and shares that a test says, and the texts in them."""

import numpy as np
import pyarrow as pa

from anomaly.features.features import Features
from anomaly.features.parts.base import Feature
from anomaly.schema.columns import Column, Schema
from anomaly.scoring.graph import Explanation
from anomaly.scoring.reasons import REASONS_TYPE, reasons_of


def features_of(**columns):
    """Features from `name=(kind, part, part, ...)`, a level being a part `=level`."""
    schema = Schema(tuple(Column(name, "feature", kind) for name, (kind, *_) in columns.items()))
    features = [
        Feature(f"{name}{part}", name, "level", part[1:])
        if part.startswith("=")
        else Feature(f"{name} {part}", name, part)
        for name, (_, *parts) in columns.items()
        for part in parts
    ]
    return Features(schema, features)


def reasons(data, features, shares, expected, indicated=(), count=10):
    shares = np.array(shares, np.float32)
    explanation = Explanation(shares.sum(axis=1), shares, np.array(expected, np.float32))
    found = reasons_of(pa.table(data), features, indicated, explanation, count)
    found.validate(full=True)
    assert found.type == REASONS_TYPE
    return found.to_pylist()


def texts(name, kind, parts, values, expected):
    """What one column's reasons say: the value seen and the value expected, row by row."""
    features = features_of(**{name: (kind, *parts)})
    shares = np.ones((len(values), len(parts)))
    found = reasons({name: values}, features, shares, expected)
    return [(row[0]["seen"], row[0]["expected"]) for row in found]


NUMBERS = features_of(a=("number", "value"), b=("number", "value"), c=("number", "value"))
ROWS = {"a": [1.0, 2.0], "b": [3.0, 4.0], "c": [5.0, 6.0]}

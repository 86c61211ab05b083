"""The part of an ONNX graph that one of its outputs needs, without the onnx package.

ONNX Runtime computes every node of a graph, whatever outputs it is asked for, so that scores
alone would cost as much as scores with their explanation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# Numbers of fields in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
_GRAPH_OF_MODEL = 7
_NODE_OF_GRAPH, _OUTPUT_OF_GRAPH = 1, 12
_INPUT_OF_NODE, _OUTPUT_OF_NODE, _ATTRIBUTE_OF_NODE = 1, 2, 5
_NAME_OF_VALUE = 1
_GRAPHS_OF_ATTRIBUTE = (6, 11)
_VARINT, _EIGHT_BYTES, _LENGTH_DELIMITED, _FOUR_BYTES = 0, 1, 2, 5
_FIXED_SIZES = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}


def only_output(model: bytes, name: str) -> bytes:
    """Return an ONNX model with one output, and the nodes that it needs.

    Parameters
    ----------
    model : bytes
    name : str
        Of the output to keep.

    Returns
    -------
    bytes
        The model as it was where it is damaged, has no such output, or has graphs in its nodes
        (branches, loops), which see tensors that their node does not name.
    """
    try:
        return b"".join(
            _field(number, _pruned(content, name.encode())) if number == _GRAPH_OF_MODEL else whole
            for number, content, whole in _fields(model)
        )
    except (ValueError, IndexError):
        return model


def _pruned(graph: bytes, output: bytes) -> bytes:
    fields = list(_fields(graph))
    outputs = [content for number, content, _ in fields if number == _OUTPUT_OF_GRAPH]
    if output not in [_values(value, _NAME_OF_VALUE)[0] for value in outputs]:
        raise ValueError("no such output")
    nodes = [content for number, content, _ in fields if number == _NODE_OF_GRAPH]
    needed = _needed(nodes, output)
    pruned: list[bytes] = []
    for number, content, whole in fields:
        if number == _NODE_OF_GRAPH:
            is_kept = not needed.isdisjoint(_values(content, _OUTPUT_OF_NODE))
        elif number == _OUTPUT_OF_GRAPH:
            is_kept = _values(content, _NAME_OF_VALUE)[0] == output
        else:
            is_kept = True
        if is_kept:
            pruned.append(whole)
    return b"".join(pruned)


def _needed(nodes: Sequence[bytes], output: bytes) -> set[bytes]:
    """Return the names of the tensors that an output is made of; nodes stand in their order."""
    needed = {output}
    for node in reversed(nodes):
        if any(
            number in _GRAPHS_OF_ATTRIBUTE
            for attribute in _values(node, _ATTRIBUTE_OF_NODE)
            for number, _, _ in _fields(attribute)
        ):
            raise ValueError("a graph in a node")
        if not needed.isdisjoint(_values(node, _OUTPUT_OF_NODE)):
            # An input that is left out has no name.
            needed.update(filter(None, _values(node, _INPUT_OF_NODE)))
    return needed


def _values(message: bytes, wanted: int) -> list[bytes]:
    return [content for number, content, _ in _fields(message) if number == wanted]


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the number, the content and all bytes of each field of a protobuf message."""
    place = 0
    while place < len(message):
        start = place
        key, place = _varint(message, place)
        number, form = key >> 3, key & 7
        if form == _VARINT:
            content = place
            _, place = _varint(message, place)
        else:
            size = _FIXED_SIZES.get(form)
            if size is None:
                if form != _LENGTH_DELIMITED:
                    raise ValueError("no protobuf message")
                size, place = _varint(message, place)
            content = place
            place += size
        if place > len(message):
            raise ValueError("a message that is cut short")
        yield number, message[content:place], message[start:place]


def _field(number: int, content: bytes) -> bytes:
    return _as_varint(number << 3 | _LENGTH_DELIMITED) + _as_varint(len(content)) + content


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at a place, and the place after it."""
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7


def _as_varint(value: int) -> bytes:
    varint = bytearray()
    while value > 0x7F:
        varint.append(value & 0x7F | 0x80)
        value >>= 7
    varint.append(value)
    return bytes(varint)

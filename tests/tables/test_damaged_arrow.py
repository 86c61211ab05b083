"""Arrow and Feather files with damaged bytes: one line, and never the end of the process."""

import subprocess
import sys

import pytest

MUTATIONS = 150

# Reads each damaged file as scoring does, every value to Python; what it prints last is where it was.
PROGRAM = f"""
import random, sys
import pyarrow as pa, pyarrow.feather as feather
from anomaly.errors import DataError
from anomaly.tables import kinds, open_table

path, form = sys.argv[1:]
words = ["chip", "online", None, "contactless"] * 25
table = pa.table({{
    "amount": [None if i % 7 == 0 else i / 3 for i in range(100)],
    "channel": words,
    "shop": pa.array(words).dictionary_encode(),
    "large": pa.array(words, pa.large_string()),
    "tags": [[word, word] for word in words],
    "place": [{{"city": word, "no": i}} for i, word in enumerate(words)],
    "view": pa.array(words, pa.string_view()),
    "fraud": [i % 9 == 0 for i in range(100)],
}})
if form == "stream":
    with pa.ipc.new_stream(path, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=40):
            writer.write_batch(batch)
elif form == "file":
    with pa.ipc.new_file(path, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=40):
            writer.write_batch(batch)
else:
    feather.write_feather(table, path, compression=form, chunksize=40)
whole = open(path, "rb").read()
draw = random.Random(18)
outcomes = {{"read": 0, "refused": 0}}
for number in range({MUTATIONS}):
    content = bytearray(whole)
    for _ in range(draw.choice([1, 1, 4, 16])):
        place = draw.randrange(len(content))
        content[place] = draw.choice([0, 1, 0x7F, 0x80, 0xFF, content[place] ^ 1 << draw.randrange(8)])
    if draw.random() < 0.1:
        content = content[: draw.randrange(8, len(content))]
    open(path, "wb").write(bytes(content))
    print(number, flush=True)
    try:
        data = open_table(path)
        for batch in data.batches():
            for column in batch.data.columns:
                column.to_pylist()
                if kinds.kind_of_type(kinds.plain(column).type):
                    kinds.as_text(column)
        outcomes["read"] += 1
    except DataError as error:
        assert len(str(error).splitlines()) == 1, error
        outcomes["refused"] += 1
print(outcomes)
assert min(outcomes.values()) > 0, outcomes
"""


@pytest.mark.parametrize("form", ["file", "stream", "uncompressed", "lz4", "zstd"])
def test_damaged_bytes_never_end_the_process(tmp_path, form):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "data.arrow", form],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr[-1000:])

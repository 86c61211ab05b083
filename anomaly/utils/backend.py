"""TensorFlow and Keras, imported once, quietly, with the settings that `anomaly` relies on.

Every module that trains imports both from here, so that the settings come before TensorFlow.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from anomaly.errors import InstallError

# XLA makes a loop whose step touches fewer bytes one function, without a call for each operation:
# nearly twice as fast for the steps of small networks. Above, its library's matrix products win.
_SMALL_LOOP = "xla_cpu_small_while_loop_byte_threshold=196608"


def with_small_loops_whole(xla_flags: str) -> str:
    """Return the value of XLA_FLAGS with small loops compiled whole, unless the user chose."""
    is_file_name = xla_flags.strip() != "" and not xla_flags.strip().startswith("--")
    if is_file_name or "xla_backend_extra_options" in xla_flags:
        return xla_flags
    return f"{xla_flags} --xla_backend_extra_options={_SMALL_LOOP}".strip()


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["XLA_FLAGS"] = with_small_loops_whole(os.environ.get("XLA_FLAGS", ""))


@contextmanager
def _native_messages_held_back() -> Iterator[None]:
    """Hold back what TensorFlow's native code says while it loads, unless loading fails.

    Those lines (about processor features and absent GPUs) obey no log level, since they come
    before its logging is set up.
    """
    with tempfile.TemporaryFile() as held:
        sys.stderr.flush()
        terminal = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            held.seek(0)
            os.write(terminal, held.read())
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


with _native_messages_held_back():
    import keras
    import tensorflow as tf

if keras.backend.backend() != "tensorflow":
    raise InstallError(
        f"Keras runs on {keras.backend.backend()} here, and anomaly trains with TensorFlow; "
        "set the environment variable KERAS_BACKEND=tensorflow before Keras is imported"
    )

__all__ = ["keras", "tf"]

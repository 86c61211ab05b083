"""What XLA is told before TensorFlow is imported."""

import pytest

from anomaly.utils.backend import tf, with_small_loops_whole

OPTION = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=196608"


def test_small_loops_are_compiled_whole_beside_what_the_user_set():
    assert with_small_loops_whole("") == OPTION
    assert with_small_loops_whole("--xla_dump_to=here") == f"--xla_dump_to=here {OPTION}"


@pytest.mark.parametrize("flags", ["flags.txt", "--xla_backend_extra_options=xla_cpu_x=1", OPTION])
def test_what_the_user_chose_stays(flags):
    assert with_small_loops_whole(flags) == flags


def test_xla_compiles_a_small_loop_whole():
    def double(rows, n_times):
        return tf.while_loop(
            lambda index, _: index < n_times,
            lambda index, total: (index + 1, tf.matmul(total, rows)),
            (tf.constant(0), rows),
        )

    compiled = tf.function(double, jit_compile=True, autograph=False)
    rows = tf.ones((30, 30))
    explain = compiled.experimental_get_compiler_ir(rows, tf.constant(3))
    assert "xla_cpu_small_call" in explain(stage="optimized_hlo")

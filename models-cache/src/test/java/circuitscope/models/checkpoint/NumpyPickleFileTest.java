package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and references are written by {@code tests/golden/pickled_files.py} (numpy 2.4.6). */
class NumpyPickleFileTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 5})
  void arraysOfEveryProtocolHaveTheBytesThatNumpyGivesThem(int protocol) {
    try (NumpyPickleFile file =
            NumpyPickleFile.open(Fixtures.PICKLED.resolve("masks-" + protocol + ".pkl"));
        SafetensorsFile expected =
            SafetensorsFile.open(Fixtures.PICKLED.resolve("masks.safetensors"))) {
      assertThat(file.tensors().keySet()).isEqualTo(expected.tensors().keySet());
      for (StoredTensor array : file.tensors().values()) {
        StoredTensor reference = expected.tensor(array.name());
        assertThat(array.type()).isEqualTo(reference.type());
        assertThat(array.shape()).isEqualTo(reference.shape());
        assertThat(array.bytes().toArray(ValueLayout.JAVA_BYTE))
            .as(array.toString())
            .isEqualTo(reference.bytes().toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void aPickleThatWouldRunCodeIsRefusedNamingTheFunction() {
    assertThatThrownBy(() -> NumpyPickleFile.open(Fixtures.PICKLED.resolve("code.pkl")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("code.pkl: this pickle asks Python for 'posix.system'");
  }
}

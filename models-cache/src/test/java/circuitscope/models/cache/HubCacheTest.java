package circuitscope.models.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubCacheTest {
  private static final String COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
  private static final String OTHER = "607a30d999999999999999999999999999999999";

  @TempDir Path root;
  private HubCache cache;
  private Path folder;
  private Path snapshot;

  @BeforeEach
  void aRepositoryAsHuggingFaceLeavesIt() throws IOException {
    cache = new HubCache(root);
    folder = root.resolve("models--org--name");
    snapshot = Files.createDirectories(folder.resolve("snapshots").resolve(COMMIT));
    Files.createDirectories(folder.resolve("blobs"));
    Files.writeString(folder.resolve("blobs/abc"), "{}");
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/abc"));
    Files.createDirectories(folder.resolve("refs"));
    Files.writeString(folder.resolve("refs/main"), COMMIT);
  }

  private Path resolve(String text) throws IOException {
    return new ModelCache(cache).resolve(ModelId.parse(text));
  }

  @Test
  void aBranchIsFoundByItsReferenceAndACommitByItsFirstDigits() throws IOException {
    assertThat(resolve("org/name")).isEqualTo(snapshot);
    assertThat(resolve("org/name@607a30d")).isEqualTo(snapshot);
    assertThat(resolve("org/name@" + COMMIT)).isEqualTo(snapshot);
  }

  @Test
  void aReferenceMayHaveSlashes() throws IOException {
    Files.createDirectories(folder.resolve("refs/refs/pr"));
    Files.writeString(folder.resolve("refs/refs/pr/1"), COMMIT + "\n");

    assertThat(resolve("org/name@refs/pr/1")).isEqualTo(snapshot);
  }

  @Test
  void aRepositoryThatIsNotHereComesWithTheCommandThatFetchesIt() {
    assertThatThrownBy(() -> resolve("org/other@v2"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining(root.resolve("models--org--other").toString())
        .hasMessageEndingWith("circuitscope models fetch org/other@v2");
  }

  @Test
  void aMissingRevisionSaysWhichOnesAreHere() {
    assertThatThrownBy(() -> resolve("org/name@v2"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("references [main]")
        .hasMessageContaining(COMMIT)
        .hasMessageEndingWith("circuitscope models fetch org/name@v2");
  }

  @Test
  void anAmbiguousCommitPrefixIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("snapshots").resolve(OTHER));

    assertThatThrownBy(() -> resolve("org/name@607a30d"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("several commits");
  }

  @Test
  void aSnapshotWithoutAModelIsAnUnfinishedDownload() throws IOException {
    Files.delete(snapshot.resolve("config.json"));

    assertThatThrownBy(() -> resolve("org/name"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("download was not finished");
  }

  @Test
  void aLinkWhoseContentIsGoneIsAnUnfinishedDownload() throws IOException {
    Files.delete(folder.resolve("blobs/abc"));

    assertThatThrownBy(() -> resolve("org/name")).hasMessageContaining("not finished");
  }

  @Test
  void theListHoldsEverySnapshotWithItsReferences() throws IOException {
    assertThat(cache.list())
        .containsExactly(new HubCache.Snapshot("org/name", COMMIT, List.of("main"), snapshot, 2));
    assertThat(new HubCache(root.resolve("absent")).list()).isEmpty();
  }
}

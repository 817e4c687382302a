package circuitscope.models.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HubFetcherTest {
  private static final ModelId.Hub ID = new ModelId.Hub("org/name");
  private static final String WEIGHTS = "model.safetensors";
  private static final String CONTENT_GET = "GET content:/" + WEIGHTS;

  @TempDir Path folder;
  private FakeHub hub;
  private HubCache cache;

  @BeforeEach
  void aHubWithOneModel() throws IOException {
    hub = new FakeHub();
    cache = new HubCache(folder.resolve("hub"));
    publish("config.json", "{\"model_type\": \"gpt2\"}".getBytes(StandardCharsets.UTF_8));
    publish("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
    publish("README.md", "not needed".getBytes(StandardCharsets.UTF_8));
    publish("pytorch_model.bin", new byte[100]);
    byte[] weights = new byte[300_000];
    new Random(1).nextBytes(weights);
    publish(WEIGHTS, weights);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  /** With the name that git, or git-lfs for weights, gives the content. */
  private void publish(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("content"), bytes);
    hub.files.put(name, bytes);
    hub.etags.put(name, name.equals(WEIGHTS) ? Hashes.sha256(file) : Hashes.gitBlob(file));
  }

  private HubFetcher fetcher(@Nullable String token) {
    return new HubFetcher(
        cache,
        new HubAccess(hub.endpoint(), token, false, Duration.ofSeconds(5), Duration.ofMillis(1)));
  }

  private Path fetch() throws IOException {
    return fetcher(null).fetch(ID, FetchProgress.NONE);
  }

  private Path blob(String suffix) {
    return cache
        .repositoryFolder("org/name")
        .resolve("blobs")
        .resolve(hub.etags.get(WEIGHTS) + suffix);
  }

  private void leaveIncomplete(byte[] bytes) throws IOException {
    Files.createDirectories(blob("").getParent());
    Files.write(blob(".incomplete"), bytes);
  }

  @Test
  void whatIsFetchedResolvesAndHasTheLayoutOfHuggingFace() throws IOException {
    Path snapshot = fetch();

    assertThat(new ModelCache(cache).resolve(ID)).isEqualTo(snapshot);
    try (Stream<Path> files = Files.list(snapshot)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "tokenizer.json", WEIGHTS);
    }
    assertThat(Files.readSymbolicLink(snapshot.resolve(WEIGHTS)))
        .isEqualTo(Path.of("../../blobs", hub.etags.get(WEIGHTS)));
    assertThat(snapshot.resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
    assertThat(cache.repositoryFolder("org/name").resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(SnapshotCheck.check(snapshot))
        .extracting(SnapshotCheck.FileCheck::verdict)
        .containsOnly(SnapshotCheck.Verdict.INTACT);
  }

  @Test
  void whatIsHereIsNotFetchedAgain() throws IOException {
    fetch();
    hub.requests.clear();
    fetch();

    assertThat(hub.requests).noneMatch(request -> request.startsWith(CONTENT_GET));
  }

  @Test
  void theTokenGoesToTheHubAndNotToTheHostThatItRedirectsTo() throws IOException {
    fetcher("hf_secret").fetch(ID, FetchProgress.NONE);

    assertThat(hub.tokenOfRequest.get(CONTENT_GET)).isEqualTo("null");
    hub.tokenOfRequest.remove(CONTENT_GET);
    assertThat(hub.tokenOfRequest.values()).hasSizeGreaterThan(4).containsOnly("Bearer hf_secret");
  }

  @Test
  void aCutConnectionIsGoneOnWithWhereItWasCut() throws IOException {
    hub.cuts.put(WEIGHTS, new ArrayList<>(List.of(100_000, 200_000)));

    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
    List<String> gets = hub.requests.stream().filter(r -> r.startsWith(CONTENT_GET)).toList();
    assertThat(gets).hasSize(3).startsWith(CONTENT_GET);
    assertThat(gets.subList(1, 3)).allMatch(get -> get.matches(".* bytes=[1-9]\\d{3,5}-"));
  }

  @Test
  void anEarlierAttemptIsGoneOnWith() throws IOException {
    leaveIncomplete(Arrays.copyOf(hub.content(WEIGHTS), 12_345));

    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
    assertThat(hub.requests).contains(CONTENT_GET + " bytes=12345-").doesNotContain(CONTENT_GET);
    assertThat(blob(".incomplete")).doesNotExist();
  }

  @Test
  void aServerWithoutRangesIsReadFromTheStart() throws IOException {
    hub.ranges = false;
    leaveIncomplete(Arrays.copyOf(hub.content(WEIGHTS), 12_345));

    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
  }

  @Test
  void anEarlierAttemptAtSomethingElseIsThrownAway() throws IOException {
    leaveIncomplete(new byte[12_345]);

    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(hub.content(WEIGHTS));
  }

  @Test
  void aWrongChecksumIsAnErrorAndLeavesNothing() {
    hub.content(WEIGHTS)[7]++;

    assertThatThrownBy(this::fetch)
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("model.safetensors: what came from " + hub.endpoint())
        .hasMessageContaining("does not have the checksum " + hub.etags.get(WEIGHTS));
    assertThat(blob("")).doesNotExist();
    assertThat(blob(".incomplete")).doesNotExist();
    assertThatThrownBy(() -> cache.snapshot(ID)).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void aConnectionThatIsCutAgainAndAgainKeepsWhatIsHere() {
    hub.cuts.put(WEIGHTS, new ArrayList<>(Arrays.asList(9, 9, 9, 9, 9, 9, 9, 9, 9, 9)));

    assertThatThrownBy(this::fetch)
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("of 300,000 bytes are here; the same command goes on from there");
    assertThat(blob(".incomplete")).exists();
  }

  @Test
  void aSilentServerIsGivenUp() {
    hub.silent = true;
    hub.cuts.put(
        WEIGHTS,
        new ArrayList<>(Arrays.asList(50_000, 50_000, 50_000, 50_000, 50_000, 50_000, 50_000)));
    HubAccess access =
        new HubAccess(hub.endpoint(), null, false, Duration.ofMillis(200), Duration.ofMillis(1));

    assertThatThrownBy(() -> new HubFetcher(cache, access).fetch(ID, FetchProgress.NONE))
        .isInstanceOf(FetchException.class);
  }

  @Test
  void progressCountsUpToAllBytesAndCancellingKeepsWhatIsHere() throws IOException {
    List<Long> seen = new ArrayList<>();
    FetchProgress cancelling =
        new FetchProgress() {
          @Override
          public void update(String file, long here, long size, long bytes, long total) {
            seen.add(bytes);
          }

          @Override
          public boolean isCancelled() {
            return !seen.isEmpty() && seen.getLast() > 50_000;
          }
        };
    assertThatThrownBy(() -> fetcher(null).fetch(ID, cancelling))
        .isInstanceOf(CancellationException.class);
    assertThat(blob(".incomplete")).exists();

    long[] last = new long[2];
    fetcher(null)
        .fetch(
            ID,
            (_, _, _, bytes, total) -> {
              assertThat(bytes).isGreaterThanOrEqualTo(last[0]);
              last[0] = bytes;
              last[1] = total;
            });
    assertThat(last[0]).isEqualTo(last[1]).isGreaterThan(300_000);
  }

  @ParameterizedTest
  @CsvSource({
    "401, it does not exist or is private or gated",
    "403, accept its conditions on its web page and set HF_TOKEN",
    "404, no such repository",
    "429, too many requests",
    "503, answered 503"
  })
  void aRefusalSaysWhatHelps(int status, String remedy) {
    hub.status = status;

    assertThatThrownBy(this::fetch)
        .isInstanceOf(FetchException.class)
        .satisfies(
            e -> assertThat(e.toString().replace(",", "")).contains("org/name").contains(remedy));
  }

  @Test
  void offlineNothingIsAsked() {
    HubAccess offline =
        new HubAccess(hub.endpoint(), null, true, Duration.ofSeconds(5), Duration.ZERO);

    assertThatThrownBy(() -> new HubFetcher(cache, offline).fetch(ID, FetchProgress.NONE))
        .hasMessageContaining("HF_HUB_OFFLINE is set");
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void aHostThatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI nowhere = URI.create("http://127.0.0.1:" + port);
    HubAccess access = new HubAccess(nowhere, null, false, Duration.ofSeconds(5), Duration.ZERO);

    assertThatThrownBy(() -> new HubFetcher(cache, access).fetch(ID, FetchProgress.NONE))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(nowhere + " cannot be reached");
  }

  @Test
  void picklesAreFetchedOnlyWhereThereIsNothingBetter() throws IOException {
    hub.files.remove(WEIGHTS);

    assertThat(fetch().resolve("pytorch_model.bin")).exists();
  }

  @Test
  void aRepositoryWithoutWeightsThatCanBeReadSaysWhatItHolds() {
    hub.files.keySet().retainAll(List.of("README.md"));
    assertThatThrownBy(this::fetch).hasMessageContaining("it holds [README.md]");

    hub.files.put("q4.gguf", new byte[1]);
    assertThatThrownBy(this::fetch).hasMessageContaining("only GGUF files ([q4.gguf])");
  }

  @Test
  void aDamagedOrMissingContentIsFound() throws IOException {
    Path snapshot = fetch();
    Files.write(blob(""), new byte[300_000]);
    Files.delete(snapshot.resolve("config.json").toRealPath());

    assertThat(SnapshotCheck.check(snapshot))
        .extracting(check -> check.name() + " " + check.verdict())
        .containsExactly("config.json MISSING", WEIGHTS + " DAMAGED", "tokenizer.json INTACT");
  }

  @Test
  void theEnvironmentDecidesEndpointTokenAndOffline() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hf_file\n");
    HubAccess plain = HubAccess.of(Map.of(), file);
    HubAccess set =
        HubAccess.of(
            Map.of("HF_ENDPOINT", "https://mirror/", "HF_TOKEN", "hf_set", "HF_HUB_OFFLINE", "yes"),
            file);

    assertThat(plain.endpoint()).hasToString("https://huggingface.co");
    assertThat(plain.token()).isEqualTo("hf_file");
    assertThat(plain.offline()).isFalse();
    assertThat(set.endpoint()).hasToString("https://mirror");
    assertThat(set.token()).isEqualTo("hf_set");
    assertThat(set.offline()).isTrue();
    assertThat(set.toString()).doesNotContain("hf_set");
    assertThatThrownBy(() -> HubAccess.of(Map.of("HF_ENDPOINT", "ftp://x"), file))
        .hasMessageContaining("HF_ENDPOINT=ftp://x");
  }
}

package circuitscope.models.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Requests to a hub over HTTP. Redirects are followed here and not by the client, because the token
 * must never go to another host than the endpoint's.
 */
final class HubConnection implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 8;

  private final HubAccess access;
  private final BooleanSupplier cancelled;
  private final HttpClient client;

  /**
   * A connection for one fetch.
   *
   * @param cancelled asked about ten times a second while a server is waited for
   */
  HubConnection(HubAccess access, BooleanSupplier cancelled) {
    this.access = access;
    this.cancelled = cancelled;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(Math.min(10, access.timeout().toSeconds() + 1)))
            .build();
  }

  /** A status other than success, with the sentence that explains it. */
  static final class StatusException extends IOException {
    private final int status;
    private final String sentence;

    StatusException(int status, String sentence) {
      super(sentence);
      this.status = status;
      this.sentence = sentence;
    }

    String sentence() {
      return sentence;
    }

    /** Whether the same request may succeed a little later. */
    boolean isPassing() {
      return status == 408 || status == 429 || status >= 500;
    }
  }

  /** What the hub says about a revision: {@code sha}, {@code siblings[].rfilename}. */
  JsonNode model(ModelId.Hub id) throws IOException {
    String revision = URLEncoder.encode(id.revision(), StandardCharsets.UTF_8);
    URI address =
        URI.create(
            "%s/api/models/%s/revision/%s".formatted(access.endpoint(), id.repository(), revision));
    HttpResponse<String> response =
        follow(request(address).GET(), false, BodyHandlers.ofString(StandardCharsets.UTF_8));
    check(response, id.text());
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new FetchException(
          "%s did not answer with JSON; is HF_ENDPOINT a Hugging Face hub?".formatted(address), e);
    }
  }

  /** Where a file lies, how large it is and what its content is called. */
  HubFile describe(ModelId.Hub id, String commit, String file) throws IOException {
    URI address =
        URI.create(
            "%s/%s/resolve/%s/%s".formatted(access.endpoint(), id.repository(), commit, file));
    HttpResponse<Void> response =
        follow(
            request(address).method("HEAD", HttpRequest.BodyPublishers.noBody()),
            true,
            BodyHandlers.discarding());
    if (!REDIRECTS.contains(response.statusCode())) {
      check(response, id.text() + "/" + file);
    }
    return HubFile.of(file, address, response.headers());
  }

  /**
   * Asks for the bytes of a file from {@code from} on.
   *
   * @param body receives them, once the status is a success
   * @return whether the server goes on from there; false when it begins at 0
   */
  boolean open(HubFile file, long from, BodyQueue body) throws IOException {
    HttpRequest.Builder request = request(file.address()).GET();
    if (from > 0) {
      request.setHeader("Range", "bytes=" + from + "-");
    }
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
        follow(request, false, BodyHandlers.ofPublisher());
    boolean resumed =
        response.statusCode() == 206
            && response
                .headers()
                .firstValue("Content-Range")
                .orElse("")
                .startsWith("bytes " + from + "-");
    if (response.statusCode() != 200 && !resumed) {
      BodyQueue unread = new BodyQueue(access.timeout(), () -> false);
      response.body().subscribe(unread);
      unread.cancel();
      check(response, file.name());
      throw new StatusException(
          502, "%s answered %d to a range".formatted(file.address(), response.statusCode()));
    }
    response.body().subscribe(body);
    return resumed;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address)
        .timeout(access.timeout())
        .setHeader("User-Agent", "circuitscope")
        .setHeader("Accept-Encoding", "identity");
  }

  /**
   * Sends, and follows redirects.
   *
   * @param withinHost stop at a redirect to another host: its headers are the answer
   */
  private <T> HttpResponse<T> follow(
      HttpRequest.Builder request, boolean withinHost, BodyHandler<T> handler) throws IOException {
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      URI address = request.build().uri();
      boolean home = isEndpoint(address);
      if (home && access.token() != null) {
        request.setHeader("Authorization", "Bearer " + access.token());
      }
      HttpResponse<T> response = send(request.build(), handler);
      if (!REDIRECTS.contains(response.statusCode())) {
        return response;
      }
      URI next = address.resolve(response.headers().firstValue("Location").orElse(""));
      if (withinHost && !isEndpoint(next)) {
        return response;
      }
      if ("https".equals(address.getScheme()) && !"https".equals(next.getScheme())) {
        throw new FetchException(
            "%s redirects to %s, which is not encrypted; refused".formatted(address, next));
      }
      request = withoutToken(request.uri(next));
    }
    throw new FetchException(
        "%s redirects more than %d times".formatted(request.build().uri(), MOST_REDIRECTS));
  }

  private static HttpRequest.Builder withoutToken(HttpRequest.Builder request) {
    return HttpRequest.newBuilder(
        request.build(), (name, _) -> !name.equalsIgnoreCase("Authorization"));
  }

  private boolean isEndpoint(URI address) {
    URI endpoint = access.endpoint();
    return Objects.equals(endpoint.getScheme(), address.getScheme())
        && endpoint.getHost().equalsIgnoreCase(address.getHost())
        && endpoint.getPort() == address.getPort();
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
    try {
      while (true) {
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("the download was cancelled");
        }
        try {
          return answer.get(100, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillWaiting) {
          // the request has its own time limit
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking " + request.uri());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private void check(HttpResponse<?> response, String what) throws StatusException {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return;
    }
    String said = "%s: %s answered %d".formatted(what, response.uri().getHost(), status);
    boolean token = access.token() != null;
    throw new StatusException(
        status,
        switch (status) {
          case 401 ->
              token
                  ? said + "; the token is not accepted: renew HF_TOKEN or the login's token file"
                  : said
                      + "; it does not exist, or is private or gated: check the name, or set"
                      + " HF_TOKEN to a token that may read it";
          case 403 ->
              said
                  + (token
                      ? "; the token may not read it: accept its conditions on its web page"
                      : "; it is gated: accept its conditions on its web page and set HF_TOKEN");
          case 404 -> said + "; no such repository, revision or file: check the name and @REVISION";
          case 429 -> said + "; too many requests: wait some minutes";
          default -> said;
        });
  }
}

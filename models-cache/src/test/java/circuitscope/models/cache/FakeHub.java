package circuitscope.models.cache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A hub on loopback, as Hugging Face's behaves: small files are answered, large ones (here:
 * weights) redirect to a content server under another address, which must not see the token.
 */
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  final Map<String, byte[]> files = new TreeMap<>();

  /** File name to the name of its content (ETag). */
  final Map<String, String> etags = new TreeMap<>();

  /** Bytes after which an answer with this file is cut, once each. */
  final Map<String, List<Integer>> cuts = new ConcurrentHashMap<>();

  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final Map<String, String> tokenOfRequest = new ConcurrentHashMap<>();
  volatile int status = 200;
  volatile boolean ranges = true;
  volatile boolean silent;

  private final HttpServer hub = server();
  private final HttpServer content = server();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  FakeHub() throws IOException {
    for (HttpServer server : List.of(hub, content)) {
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(server, exchange));
      server.start();
    }
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  URI endpoint() {
    return address(hub, "");
  }

  byte[] content(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  private static URI address(HttpServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpServer server, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String side = server == hub ? "" : "content:";
    String range = exchange.getRequestHeaders().getFirst("Range");
    String request =
        "%s %s%s%s"
            .formatted(exchange.getRequestMethod(), side, path, range == null ? "" : " " + range);
    requests.add(request);
    tokenOfRequest.put(
        request, String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    try (exchange) {
      if (status != 200) {
        exchange.sendResponseHeaders(status, -1);
      } else if (path.startsWith("/api/models/org/name/revision/")) {
        send(exchange, model());
      } else if (server == content) {
        sendContent(exchange, path.substring(1));
      } else if (path.startsWith("/org/name/resolve/" + COMMIT + "/")) {
        resolve(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private byte[] model() {
    String siblings =
        files.keySet().stream()
            .map("{\"rfilename\": \"%s\"}"::formatted)
            .collect(Collectors.joining(", "));
    return "{\"sha\": \"%s\", \"siblings\": [%s]}"
        .formatted(COMMIT, siblings)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    String etag = "\"" + etags.get(name) + "\"";
    if (name.endsWith(".safetensors") || name.endsWith(".bin")) {
      exchange.getResponseHeaders().set("X-Linked-Etag", etag);
      exchange.getResponseHeaders().set("X-Linked-Size", "" + content(name).length);
      exchange.getResponseHeaders().set("ETag", "\"of-the-redirect\"");
      exchange.getResponseHeaders().set("Location", address(content, "/" + name).toString());
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange.getResponseHeaders().set("ETag", "W/" + etag);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", "" + content(name).length);
        exchange.sendResponseHeaders(200, -1);
      } else {
        sendContent(exchange, name);
      }
    }
  }

  private void sendContent(HttpExchange exchange, String name) throws IOException {
    byte[] bytes = content(name);
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && ranges) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
    List<Integer> pending = cuts.getOrDefault(name, List.of());
    int end = pending.isEmpty() ? bytes.length : pending.removeFirst();
    OutputStream body = exchange.getResponseBody();
    body.write(bytes, from, end - from);
    body.flush();
    if (silent) {
      pause();
    }
    if (end < bytes.length) {
      throw new IOException("cut on purpose");
    }
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void pause() {
    try {
      Thread.sleep(20_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    hub.stop(0);
    content.stop(0);
  }
}

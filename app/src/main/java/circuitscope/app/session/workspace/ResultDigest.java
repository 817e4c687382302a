package circuitscope.app.session.workspace;

import circuitscope.probes.analysis.ResultFiles;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stored result says, as a digest: SHA-256 over name, length and bytes of its document,
 * tensors and tables. Pictures and the manifest, which holds times, are left out: the same answer
 * found again has the same digest.
 */
public final class ResultDigest {
  private static final String DOCUMENT = "result.json";
  private static final JsonMapper JSON = new JsonMapper();

  private ResultDigest() {}

  /** Whether a whole result lies in the folder. */
  public static boolean isResult(Path folder) {
    return Files.isRegularFile(folder.resolve(ResultFiles.MANIFEST))
        && Files.isRegularFile(folder.resolve(DOCUMENT));
  }

  /**
   * The digest, in hexadecimal.
   *
   * @throws IOException when there is no result in the folder
   */
  public static String of(Path folder) throws IOException {
    check(folder);
    MessageDigest digest = sha256();
    for (Path file : files(folder)) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      digest.update("%s\n%d\n".formatted(name, Files.size(file)).getBytes(StandardCharsets.UTF_8));
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The id of the analysis that the result is of. */
  static String analysis(Path folder) throws IOException {
    check(folder);
    return JSON.readTree(folder.resolve(ResultFiles.MANIFEST).toFile())
        .path("analysis")
        .asText("unknown");
  }

  private static void check(Path folder) throws IOException {
    if (!isResult(folder)) {
      throw new IOException(
          "%s: there is no result in it; expected the folder of --out, with %s and %s"
              .formatted(folder, DOCUMENT, ResultFiles.MANIFEST));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>(List.of(folder.resolve(DOCUMENT)));
    Path tensors = folder.resolve("tensors.safetensors");
    if (Files.exists(tensors)) {
      files.add(tensors);
    }
    Path tables = folder.resolve("tables");
    if (Files.isDirectory(tables)) {
      try (Stream<Path> inside = Files.list(tables)) {
        inside.filter(file -> file.toString().endsWith(".csv")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

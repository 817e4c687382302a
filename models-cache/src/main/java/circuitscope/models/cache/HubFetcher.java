package circuitscope.models.cache;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Downloads a repository into the Hugging Face cache: the one place of the product that touches the
 * network. What it leaves is what Hugging Face's own tools would have left, so both can go on from
 * each other. The reference is written last: a revision that resolves is whole.
 */
public final class HubFetcher {
  private final HubCache cache;
  private final HubAccess access;

  public HubFetcher(HubCache cache, HubAccess access) {
    this.cache = cache;
    this.access = access;
  }

  /**
   * Fetches settings, tokenizer and weights of a revision; what is here already is not fetched.
   *
   * @return the snapshot's folder
   * @throws FetchException when it cannot be had: what was asked, what came, and the remedy
   * @throws java.util.concurrent.CancellationException when cancelled; the next call goes on
   */
  public Path fetch(ModelId.Hub id, FetchProgress progress) throws IOException {
    if (access.offline()) {
      throw new FetchException(
          "HF_HUB_OFFLINE is set, so %s is not fetched; unset it to allow the download"
              .formatted(id.text()));
    }
    try (HubConnection connection = new HubConnection(access, progress::isCancelled)) {
      JsonNode model = connection.model(id);
      String commit = model.path("sha").asText();
      if (!commit.matches("[0-9a-f]{40}")) {
        throw new FetchException(
            "%s names '%s' as the commit of %s, expected 40 hexadecimal digits"
                .formatted(access.endpoint(), commit, id.text()));
      }
      List<String> names = new ArrayList<>();
      model.path("siblings").forEach(sibling -> names.add(sibling.path("rfilename").asText()));
      List<HubFile> files = new ArrayList<>();
      for (String name : NeededFiles.of(id.text(), names)) {
        files.add(connection.describe(id, commit, name));
      }
      return download(connection, id, commit, files, progress);
    } catch (HubConnection.StatusException e) {
      throw new FetchException(e.sentence(), e);
    } catch (HttpTimeoutException e) {
      throw new FetchException(
          "%s: %s did not answer within %d s; try again later"
              .formatted(id.text(), access.endpoint(), access.timeout().toSeconds()),
          e);
    } catch (ConnectException | UnresolvedAddressException e) {
      throw new FetchException(
          "%s: %s cannot be reached; check the network, or set HF_ENDPOINT to a mirror"
              .formatted(id.text(), access.endpoint()),
          e);
    }
  }

  private Path download(
      HubConnection connection,
      ModelId.Hub id,
      String commit,
      List<HubFile> files,
      FetchProgress progress)
      throws IOException {
    Path folder = cache.repositoryFolder(id.repository());
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve(commit));
    BlobDownload download = new BlobDownload(connection, access, blobs, progress::isCancelled);
    long total = files.stream().mapToLong(HubFile::bytes).sum();
    long before = 0;
    for (HubFile file : files) {
      long finished = before;
      download.fetch(
          file, here -> progress.update(file.name(), here, file.bytes(), finished + here, total));
      link(snapshot, file.name(), blobs.resolve(file.etag()));
      before += file.bytes();
    }
    if (!commit.startsWith(id.revision())) {
      writeReference(folder.resolve("refs").resolve(id.revision()), commit);
    }
    return snapshot;
  }

  /**
   * A relative link as Hugging Face's tools make it; a hard link or a copy where there are none.
   */
  private static void link(Path snapshot, String fileName, Path blob) throws IOException {
    Path name = snapshot.resolve(fileName);
    Path target = snapshot.relativize(blob);
    if (Files.isSymbolicLink(name) && Files.readSymbolicLink(name).equals(target)) {
      return;
    }
    Files.deleteIfExists(name);
    try {
      Files.createSymbolicLink(name, target);
    } catch (UnsupportedOperationException | IOException noSymbolicLinks) {
      try {
        Files.createLink(name, blob);
      } catch (UnsupportedOperationException | IOException noHardLinks) {
        Files.copy(blob, name, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void writeReference(Path reference, String commit) throws IOException {
    Path folder = Files.createDirectories(reference.resolveSibling(""));
    Path beside = Files.createTempFile(folder, ".ref", "");
    Files.writeString(beside, commit);
    Files.move(
        beside, reference, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

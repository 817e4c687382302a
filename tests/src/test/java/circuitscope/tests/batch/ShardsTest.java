package circuitscope.tests.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards of a job, joined, are the job. */
final class ShardsTest {
  @TempDir Path folder;

  private String job(String more) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(
        file,
        """
        out: %s/out
        seed: 3
        figures: {formats: []}
        models: embedded:gpt2-4l
        texts:
          - {id: cat, text: The cat sat on the mat.}
          - {id: dog, text: The dog lay by the door of the house.}
        analyses:
          - loss
          - residual.norms
          - {analysis: heads.detect, parameters: {period: 10, samples: 2}}
        """
                .formatted(folder)
            + more);
    return file.toString();
  }

  @Test
  void joinedShardsAreTheSameAsOneRun() throws IOException {
    String job = job("");
    Path out = folder.resolve("out/job");
    assertThat(Jobs.run("run", job).exitCode()).isZero();
    String page = Jobs.withoutTimes(out.resolve("report.html"));
    Path single = folder.resolve("single");
    Files.move(out, single);

    assertThat(Jobs.run("run", job, "--shard", "2/2").exitCode()).isZero();
    assertThat(out.resolve("report.html")).as("of a shard").doesNotExist();
    Jobs.Run half = Jobs.run("merge", out.toString());
    assertThat(half.exitCode()).as("one shard is missing").isEqualTo(1);
    assertThat(half.out()).contains("2 done, 0 failed, 3 not run");

    Path elsewhere = folder.resolve("elsewhere");
    Files.move(out, elsewhere);
    assertThat(Jobs.run("run", job, "--shard", "1/2").exitCode()).isZero();
    Path all = folder.resolve("all");
    Jobs.Run merged =
        Jobs.run("merge", out.toString(), elsewhere.toString(), "--out", all.toString());

    assertThat(merged.exitCode()).as(merged.err()).isZero();
    assertThat(Jobs.withoutTimes(all.resolve("report.html"))).isEqualTo(page);
    for (String name : new String[] {"results.csv", "results.jsonl", "job.yaml"}) {
      assertThat(all.resolve(name)).hasSameBinaryContentAs(single.resolve(name));
    }
    assertThat(all.resolve("gpt2-4l/cat/loss/manifest.json")).isNotEmptyFile();
  }

  @Test
  void shardsOfDifferentJobsAreNotJoined() throws IOException {
    assertThat(Jobs.run("run", job(""), "--shard", "1/2").exitCode()).isZero();
    Path one = folder.resolve("one");
    Files.move(folder.resolve("out/job"), one);
    assertThat(
            Jobs.run("run", job("  - {id: again, analysis: loss}\n"), "--shard", "2/2").exitCode())
        .isZero();

    Jobs.Run merged = Jobs.run("merge", one.toString(), folder.resolve("out/job").toString());

    assertThat(merged.exitCode()).isEqualTo(2);
    assertThat(merged.err()).contains("run every shard with the same job file");
    assertThat(Jobs.run("merge", folder.toString()).err()).contains("neither job.json nor");
  }

  @Test
  void cellsInProcessesOfTheirOwnAreDoneForEveryRun() throws IOException {
    String job = job("");
    Path out = folder.resolve("out/job");
    Jobs.Run run = Jobs.run("run", job, "--jobs", "2", "--progress", "json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("\"event\":\"started\"").contains("\"state\":\"DONE\"");
    assertThat(Jobs.manifests(out)).hasSize(5);
    assertThat(Jobs.run("run", job).out())
        .as("seen by another run")
        .startsWith("5 done (5 before)");
  }

  @Test
  void countsOfShardsAreThoseOfOneCounting() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("Sentence number ").append(i).append(" of a text.\n<|endoftext|>\n");
    }
    String file = Files.writeString(folder.resolve("text.txt"), text).toString();
    String[] count = {"bigrams", "count", "--model", "embedded:gpt2-4l", "--file", file};
    for (String order : new String[] {"2", "3"}) {
      Path whole = folder.resolve("whole" + order);
      assertThat(
              Jobs.run(with(count, "--order", order, "--length", "16", "--out", whole.toString()))
                  .exitCode())
          .isZero();
      String[] merge = {"bigrams", "merge"};
      for (int shard = 3; shard >= 1; shard--) {
        String out = folder.resolve("shard" + shard).toString();
        String share = shard + "/3";
        assertThat(
                Jobs.run(
                        with(
                            count,
                            "--order",
                            order,
                            "--length",
                            "16",
                            "--shard",
                            share,
                            "--out",
                            out))
                    .exitCode())
            .isZero();
        merge = with(merge, out);
      }
      Path merged = folder.resolve("merged" + order);
      Jobs.Run run = Jobs.run(with(merge, "--out", merged.toString()));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(merged).hasSameBinaryContentAs(whole);
    }
    Jobs.Run short1 =
        Jobs.run("bigrams", "merge", folder.resolve("shard1").toString(), "--out", file + ".x");
    assertThat(short1.exitCode()).isEqualTo(2);
    assertThat(short1.err()).contains("shard 1/3, and 1 files were given");
  }

  private static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}

package circuitscope.app.session.job.report;

import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.Shard;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.ResultFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Joins the results of shards to what one run of the whole job would have left. A cell that several
 * shards speak of is done if one of them did it.
 */
public final class Merge {
  /** A cell's outcome and the folder that holds its result. */
  private record Found(Outcome outcome, Path folder) {
    boolean betterThan(Found other) {
      return outcome.state().compareTo(other.outcome.state()) < 0; // DONE is the first
    }
  }

  private Merge() {}

  /**
   * Joins jobs' folders into one of them or another.
   *
   * @param folders each with one or more shards, of one job
   * @param into where the whole is to lie
   * @throws IllegalArgumentException when there is nothing to join, or it is of different jobs
   */
  public static JobReport of(List<Path> folders, Path into, Progress progress) throws IOException {
    Map<Path, Path> reports = new LinkedHashMap<>();
    for (Path folder : folders) {
      for (Path report : reportsIn(folder)) {
        reports.put(report, folder);
      }
    }
    JobReport first = null;
    Map<Integer, Found> best = new TreeMap<>();
    for (Map.Entry<Path, Path> entry : reports.entrySet()) {
      JobReport report = JobReport.read(entry.getKey());
      first = first == null ? report : first;
      checkSame(first, report, entry.getKey());
      for (Outcome cell : report.cells()) {
        best.merge(
            cell.number(),
            new Found(cell, entry.getValue()),
            (old, found) -> found.betterThan(old) ? found : old);
      }
    }
    if (first == null) {
      throw new IllegalArgumentException("name the folders of the shards' results: OUT/JOB");
    }
    return write(first, best, into, progress);
  }

  private static JobReport write(
      JobReport first, Map<Integer, Found> best, Path into, Progress progress) throws IOException {
    Files.createDirectories(into);
    List<Outcome> cells = new ArrayList<>();
    Progress joining = progress.step("joining", 1);
    joining.begin(best.size(), "cells");
    for (Found found : best.values()) {
      Outcome cell = found.outcome();
      switch (cell.state()) {
        case DONE -> place(found, into);
        case FAILED, NOT_RUN -> {}
        case ELSEWHERE -> cell = cell.notRun();
      }
      cells.add(cell);
      joining.advance(1);
    }
    Path jobFile = best.values().iterator().next().folder().resolve(JobFiles.JOB_FILE);
    if (Files.exists(jobFile) && !same(jobFile.resolveSibling(""), into)) {
      Files.copy(jobFile, into.resolve(JobFiles.JOB_FILE), StandardCopyOption.REPLACE_EXISTING);
    }
    JobReport whole = new JobReport(first.job(), first.file(), first.digest(), cells);
    whole.write(into.resolve(Shard.ALL.reportName()));
    JobFiles.write(into, whole);
    return whole;
  }

  /** Of the shards, where there are any: the whole's was made from them. */
  private static List<Path> reportsIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + ": no such folder");
    }
    List<Path> shards;
    try (Stream<Path> list = Files.list(folder)) {
      shards =
          list.filter(file -> Shard.namesReport(String.valueOf(file.getFileName())))
              .sorted()
              .toList();
    }
    Path whole = folder.resolve(Shard.ALL.reportName());
    if (shards.isEmpty() && !Files.exists(whole)) {
      throw new IllegalArgumentException(
          "%s holds neither job.json nor job-I-of-N.json; name a folder OUT/JOB that 'circuitscope run' wrote"
              .formatted(folder));
    }
    return shards.isEmpty() ? List.of(whole) : shards;
  }

  private static void checkSame(JobReport first, JobReport other, Path file) {
    boolean same =
        first.job().equals(other.job())
            && first.digest().equals(other.digest())
            && first.cells().size() == other.cells().size();
    if (!same) {
      throw new IllegalArgumentException(
          "%s is of the job %s with %d cells, file digest %s; the others are of %s with %d, %s: run every shard with the same job file"
              .formatted(
                  file,
                  other.job(),
                  other.cells().size(),
                  other.digest(),
                  first.job(),
                  first.cells().size(),
                  first.digest()));
    }
  }

  private static void place(Found found, Path into) throws IOException {
    Path from = found.folder().resolve(found.outcome().folder());
    Path to = into.resolve(found.outcome().folder());
    if (!Files.exists(from.resolve(ResultFiles.MANIFEST))) {
      throw new IllegalArgumentException(
          "%s has no %s, and its shard says that it is done; run the shard again"
              .formatted(from, ResultFiles.MANIFEST));
    }
    if (same(found.folder(), into)) {
      return;
    }
    try (PendingOutput pending = PendingOutput.folder(to);
        Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        Path copy = pending.path().resolve(from.relativize(file).toString());
        Files.createDirectories(copy.resolveSibling(""));
        Files.copy(file, copy);
      }
      pending.commit();
    }
  }

  private static boolean same(Path one, Path other) throws IOException {
    return Files.isSameFile(one, other);
  }
}

package circuitscope.heads.detect;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.analysis.Subject;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A detection pattern that the user gives: a rule, or a matrix of zeros and ones.
 *
 * @param words the rule or the file, for results
 */
record GivenPattern(String words, Function<int[], Targets> rule) {
  private static final String RULES =
      "offset:-N (the key N before the query), same-token, after-same-token, token:X or"
          + " after-token:X, where X is a token's text or #ID";
  private static final Pattern OFFSET = Pattern.compile("offset:-(\\d{1,6})");
  private static final Pattern TOKEN = Pattern.compile("(after-)?token:(.+)", Pattern.DOTALL);

  Targets targets(int[] ids) {
    return rule.apply(ids);
  }

  /**
   * A pattern by a rule.
   *
   * @throws IllegalArgumentException for a rule that is not known, or a text that is no single
   *     token
   */
  static GivenPattern ofRule(String text, Subject subject) {
    Matcher offset = OFFSET.matcher(text);
    if (offset.matches()) {
      int back = Integer.parseInt(offset.group(1));
      return new GivenPattern(text, ids -> Targets.diagonal(ids.length, back, 0, ids.length));
    }
    Matcher token = TOKEN.matcher(text);
    if (token.matches()) {
      int id = token(token.group(2), subject);
      int after = token.group(1) == null ? 0 : 1;
      return new GivenPattern(text + " (id " + id + ")", ids -> Targets.token(ids, id, after));
    }
    return switch (text) {
      case "same-token" -> new GivenPattern(text, Targets::sameToken);
      case "after-same-token" -> new GivenPattern(text, Targets::afterSameToken);
      default ->
          throw new IllegalArgumentException(
              "pattern: '%s' is no rule; there are %s".formatted(text, RULES));
    };
  }

  private static int token(String text, Subject subject) {
    if (text.matches("#\\d{1,9}")) {
      return Integer.parseInt(text.substring(1));
    }
    if (subject.tokenizer() == null) {
      throw new IllegalArgumentException(
          "pattern: '%s' needs a tokenizer; name one with --tokenizer, or the token as #ID"
              .formatted(text));
    }
    int[] ids = subject.tokenizer().encode(text);
    if (ids.length != 1) {
      throw new IllegalArgumentException(
          "pattern: '%s' is %d tokens, and the rule takes one; most words begin with a space"
              .formatted(text, ids.length));
    }
    return ids[0];
  }

  /**
   * A matrix {@code [query, key]} of zeros and ones, 0 above the diagonal, as long as a row.
   *
   * @param named {@code FILE.json} with rows of numbers, or {@code FILE.safetensors:TENSOR}
   */
  static GivenPattern ofFile(String named) {
    double[][] matrix = named.endsWith(".json") ? json(named) : tensor(named);
    for (double[] row : matrix) {
      if (row.length != matrix.length) {
        throw new IllegalArgumentException(
            "%s: the pattern has %d rows and a row of %d; it must be square"
                .formatted(named, matrix.length, row.length));
      }
    }
    return new GivenPattern(
        named,
        ids -> {
          if (ids.length != matrix.length) {
            throw new IllegalArgumentException(
                "%s: a pattern of %d positions for rows of %d tokens"
                    .formatted(named, matrix.length, ids.length));
          }
          return Targets.ofMatrix(ids.length, (query, key) -> entry(matrix[query][key]));
        });
  }

  /** The entry as a whole number; −1 for what is none. */
  private static int entry(double value) {
    return value == Math.rint(value) ? (int) value : -1;
  }

  private static double[][] json(String file) {
    try {
      return new ObjectMapper().readValue(Path.of(file).toFile(), double[][].class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s: expected a JSON array of rows of 0 and 1: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static double[][] tensor(String named) {
    int colon = named.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "pattern-file: '%s' is neither FILE.json nor FILE.safetensors:TENSOR".formatted(named));
    }
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(named.substring(0, colon)))) {
      StoredTensor tensor = file.tensors().get(named.substring(colon + 1));
      if (tensor == null || tensor.shape().rank() != 2) {
        throw new IllegalArgumentException(
            "%s: there is no such tensor of two axes; there are: %s"
                .formatted(named, String.join(", ", file.tensors().keySet())));
      }
      int width = Math.toIntExact(tensor.shape().dim(1));
      double[][] matrix = new double[Math.toIntExact(tensor.shape().dim(0))][width];
      double[] flat = new double[matrix.length * width];
      if (tensor.type().isIntegral()) {
        long[] whole = tensor.readLongs();
        Arrays.setAll(flat, i -> whole[i]);
      } else {
        float[] wide = new float[flat.length];
        tensor.widen(0, FloatBuffer.wrap(wide));
        Arrays.setAll(flat, i -> wide[i]);
      }
      for (int i = 0; i < flat.length; i++) {
        matrix[i / width][i % width] = flat[i];
      }
      return matrix;
    }
  }
}

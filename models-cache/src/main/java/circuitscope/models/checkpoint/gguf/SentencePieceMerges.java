package circuitscope.models.checkpoint.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The merges that a SentencePiece BPE vocabulary implies. SentencePiece joins the neighbours whose
 * union has the highest score; Hugging Face's BPE wants the pairs in order. Ordered as transformers
 * orders them when it converts such a model: by score, then by the lengths of the two sides,
 * longest first; ties by the union's place in the vocabulary, then by those of the sides.
 */
final class SentencePieceMerges {
  private SentencePieceMerges() {}

  /** Two pieces whose union is a piece too. */
  record Merge(String left, String right, float score, int leftLength, int rightLength) {}

  /**
   * @param ids the pieces' places in {@code pieces}
   * @param scores {@code [piece]}
   */
  static List<Merge> of(List<String> pieces, Map<String, Integer> ids, float[] scores) {
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < scores.length; id++) {
      merges.addAll(splits(pieces.get(id), scores[id], ids));
    }
    merges.sort(
        Comparator.comparing(Merge::score)
            .thenComparing(Merge::leftLength)
            .thenComparing(Merge::rightLength)
            .reversed());
    return merges;
  }

  private static List<Merge> splits(String piece, float score, Map<String, Integer> ids) {
    List<Merge> splits = new ArrayList<>();
    int length = piece.codePointCount(0, piece.length());
    for (int left = 1; left < length; left++) {
      int at = piece.offsetByCodePoints(0, left);
      Merge split =
          new Merge(piece.substring(0, at), piece.substring(at), score, left, length - left);
      if (ids.containsKey(split.left()) && ids.containsKey(split.right())) {
        splits.add(split);
      }
    }
    splits.sort(
        Comparator.<Merge, Integer>comparing(split -> ids.getOrDefault(split.left(), 0))
            .thenComparing(split -> ids.getOrDefault(split.right(), 0)));
    return splits;
  }
}

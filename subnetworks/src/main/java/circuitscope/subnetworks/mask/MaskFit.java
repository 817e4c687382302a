package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a mask is of a model, and the mask under that model's parameter names. */
final class MaskFit {
  private static final Logger LOG = LoggerFactory.getLogger(MaskFit.class);
  private static final int PROBLEMS_SHOWN = 4;

  private MaskFit() {}

  static Mask fitted(Mask mask, Model model) {
    Map<String, TensorShape> shapes = new TreeMap<>();
    model
        .weights()
        .forEach(
            weight ->
                shapes.put(weight.name(), new TensorShape(weight.array().getShape().getShape())));
    Mask fitted = fitted(mask, shapes, model.identity().origin());
    String made = mask.provenance().get(MaskProvenance.MODEL_DIGEST);
    if (made != null && !made.equals(model.identity().digest())) {
      List<String> maskable = model.weights().maskable().stream().map(Weight::name).toList();
      long spokenOf = maskable.stream().filter(name -> fitted.matrices().containsKey(name)).count();
      LOG.warn(
          "mask '{}' was made for other weights ({}, digest {}…) than {} has; it speaks of {} of"
              + " its {} maskable matrices",
          mask.name(),
          mask.provenance().entries().getOrDefault(MaskProvenance.MODEL, "unnamed"),
          made.substring(0, Math.min(12, made.length())),
          model.identity().origin(),
          spokenOf,
          maskable.size());
    }
    return fitted;
  }

  /** The mask under the names of {@code shapes}; {@code origin} says whose they are. */
  static Mask fitted(Mask mask, Map<String, TensorShape> shapes, String origin) {
    List<String> problems = new ArrayList<>();
    SortedMap<String, MaskMatrix> fitted = new TreeMap<>();
    for (MaskMatrix matrix : mask.matrices().values()) {
      String name = MaskNames.find(matrix.name(), shapes.keySet());
      if (name == null) {
        problems.add("the model has no parameter '%s'".formatted(matrix.name()));
      } else if (!matrix.shape().equals(shapes.get(name))) {
        problems.add(
            "'%s' is %s in the mask and %s in the model"
                .formatted(name, matrix.shape(), shapes.get(name)));
      } else {
        fitted.put(name, new MaskMatrix(name, matrix.shape(), matrix.bits()));
      }
    }
    if (!problems.isEmpty()) {
      throw new MaskException(
          "mask '%s' is not of the model %s: %s%s"
              .formatted(mask.name(), origin, told(problems), madeFor(mask)));
    }
    if (fitted.size() != mask.matrices().size()) {
      throw new MaskException(
          "mask '%s' names some parameters of %s twice, with and without a prefix"
              .formatted(mask.name(), origin));
    }
    return new Mask(mask.name(), fitted, mask.provenance());
  }

  private static String told(Collection<String> problems) {
    String first = String.join("; ", problems.stream().limit(PROBLEMS_SHOWN).toList());
    int more = problems.size() - PROBLEMS_SHOWN;
    return more > 0 ? first + "; and %d more".formatted(more) : first;
  }

  private static String madeFor(Mask mask) {
    String model = mask.provenance().get(MaskProvenance.MODEL);
    return model == null
        ? ". Give the model that the mask was made for."
        : ". It was made for " + model + ".";
  }
}

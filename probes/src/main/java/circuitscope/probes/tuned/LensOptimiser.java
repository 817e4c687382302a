package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Steps of SGD with Nesterov momentum, or of Adam with AMSGrad, as PyTorch takes them; weight decay
 * is added to the gradient. Works in place on the parameters that it was made for.
 */
final class LensOptimiser {
  private static final double SECOND = 0.999;
  private static final double EPSILON = 1e-8;

  private final TuneRecipe recipe;
  private final List<NDArray> parameters;
  private final List<NDArray> first = new ArrayList<>(); // momentum of SGD, first moment of Adam
  private final List<NDArray> second = new ArrayList<>();
  private final List<NDArray> largest = new ArrayList<>(); // AMSGrad: of the second moments so far

  /**
   * An optimiser at its beginning.
   *
   * @param owner of its state, and of the parameters
   */
  LensOptimiser(TuneRecipe recipe, List<NDArray> parameters, NDManager owner) {
    this.recipe = recipe;
    this.parameters = parameters;
    for (NDArray parameter : parameters) {
      first.add(owner.zeros(parameter.getShape(), parameter.getDataType()));
      if (recipe.optimiser() == TuneRecipe.Optimiser.ADAM) {
        second.add(owner.zeros(parameter.getShape(), parameter.getDataType()));
        largest.add(owner.zeros(parameter.getShape(), parameter.getDataType()));
      }
    }
  }

  /** Adds the arrays of the state under their names. */
  void addState(SortedMap<String, NDArray> state) {
    for (int i = 0; i < first.size(); i++) {
      state.put("first." + i, first.get(i));
      if (!second.isEmpty()) {
        state.put("second." + i, second.get(i));
        state.put("largest." + i, largest.get(i));
      }
    }
  }

  /**
   * Takes a step.
   *
   * @param gradients one a parameter, of one manager; changed in place
   * @param step from 0
   */
  void update(List<NDArray> gradients, int step) {
    clip(gradients);
    for (int i = 0; i < gradients.size(); i++) {
      NDArray gradient = gradients.get(i);
      List<NDArray> used = used(i);
      NDManager owner = parameters.get(i).getManager();
      used.forEach(array -> array.attach(gradient.getManager())); // which owns what is made of them
      gradient.addi(parameters.get(i).mul(recipe.weightDecay()));
      if (recipe.optimiser() == TuneRecipe.Optimiser.SGD) {
        nesterov(i, gradient, recipe.rate(step));
      } else {
        amsgrad(i, gradient, recipe.rate(step), step + 1);
      }
      used.forEach(array -> array.attach(owner));
    }
  }

  private List<NDArray> used(int i) {
    return second.isEmpty()
        ? List.of(parameters.get(i), first.get(i))
        : List.of(parameters.get(i), first.get(i), second.get(i), largest.get(i));
  }

  /** Scales all gradients together to a norm of {@code clip} at most. */
  private void clip(List<NDArray> gradients) {
    if (recipe.clip() == 0) {
      return;
    }
    NDArray squares = gradients.getFirst().square().sum();
    for (NDArray gradient : gradients.subList(1, gradients.size())) {
      squares = squares.add(gradient.square().sum());
    }
    NDArray factor = squares.sqrt().add(1e-6).pow(-1).mul(recipe.clip()).minimum(1);
    gradients.forEach(gradient -> gradient.muli(factor));
  }

  private void nesterov(int i, NDArray gradient, double rate) {
    NDArray momentum = first.get(i);
    momentum.muli(recipe.momentum()).addi(gradient);
    NDArray ahead = momentum.mul(recipe.momentum()).addi(gradient);
    parameters.get(i).subi(ahead.muli(rate));
  }

  private void amsgrad(int i, NDArray gradient, double rate, int count) {
    double beta = recipe.momentum();
    NDArray most = largest.get(i);
    first.get(i).muli(beta).addi(gradient.mul(1 - beta));
    second.get(i).muli(SECOND).addi(gradient.square().muli(1 - SECOND));
    most.addi(second.get(i).sub(most).maximum(0));
    NDArray divisor = most.sqrt().divi(Math.sqrt(1 - Math.pow(SECOND, count))).addi(EPSILON);
    NDArray moment = first.get(i).div(divisor);
    parameters.get(i).subi(moment.muli(rate / (1 - Math.pow(beta, count))));
  }
}

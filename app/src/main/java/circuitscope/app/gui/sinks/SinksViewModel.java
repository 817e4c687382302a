package circuitscope.app.gui.sinks;

import circuitscope.app.gui.analysis.Answers;
import circuitscope.app.gui.analysis.PageState;
import circuitscope.app.gui.analysis.Question;
import circuitscope.app.gui.analysis.Questions;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.heads.sinks.SinkProfile;
import circuitscope.heads.sinks.SinkRate;
import circuitscope.heads.streaming.StreamingAnalysis;
import circuitscope.models.cache.EmbeddedModels;
import circuitscope.probes.analysis.Analysis;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.Pick;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;

/** Sinks and streams on one text; what is clicked in one part is asked in another. */
public final class SinksViewModel implements Questions {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.sinks");
  private static final Duration LOOK = Duration.ofMillis(300);

  private final Services services;
  private final ChosenModel model;
  private final InputFormViewModel input = new InputFormViewModel(Analysis.Input.REQUIRED);
  private final Map<Part, ParameterFormViewModel> forms = new EnumMap<>(Part.class);
  private final ObjectProperty<Part> part = new SimpleObjectProperty<>(Part.RATE);
  private final Runner<Answers<Part>> runner;
  private final ReadOnlyObjectWrapper<List<Figure>> live = new ReadOnlyObjectWrapper<>(List.of());
  private final AtomicReference<List<Figure>> latest = new AtomicReference<>(List.of());
  private final Runnable stopLooking;
  private final BooleanBinding runnable;

  public SinksViewModel(Services services) {
    this.services = services;
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    for (Part one : Part.values()) {
      ParameterFormViewModel form = new ParameterFormViewModel(one.analysis().parameters());
      form.fill(one.start());
      forms.put(one, form);
    }
    this.runnable =
        Bindings.createBooleanBinding(
            () ->
                model.get() != null
                    && input.given().get()
                    && form(part.get()).validProperty().get(),
            bindable());
    this.stopLooking = services.jobs().every(LOOK, this::look);
    readSample();
  }

  private javafx.beans.Observable[] bindable() {
    List<javafx.beans.Observable> all =
        new java.util.ArrayList<>(List.of(model.modelProperty(), input.given(), part));
    forms.values().forEach(form -> all.add(form.validProperty()));
    return all.toArray(javafx.beans.Observable[]::new);
  }

  /** Takes over the curves that the stream told last. */
  void look() {
    live.set(latest.get());
  }

  /** A page about sinks begins with a text; a prompt is too short for most of it. */
  private void readSample() {
    services
        .jobs()
        .submit(
            Texts.SHARED.get("input.files.sample"), Jobs.FILES, progress -> EmbeddedModels.text())
        .onDone(
            file -> {
              if (input.files().isEmpty()) {
                input.files().add(file);
                input.kindProperty().set(InputFormViewModel.Kind.FILES);
              }
            });
  }

  @Override
  public ChosenModel model() {
    return model;
  }

  @Override
  public InputFormViewModel input() {
    return input;
  }

  /** The parameters of a part. */
  public ParameterFormViewModel form(Part of) {
    return java.util.Objects.requireNonNull(forms.get(of));
  }

  /** The part in front: what Run asks and exports take. */
  public ObjectProperty<Part> partProperty() {
    return part;
  }

  @Override
  public Runner<Answers<Part>> runner() {
    return runner;
  }

  /** The curves of a stream that is being read; empty when none is. */
  public ReadOnlyObjectProperty<List<Figure>> liveProperty() {
    return live.getReadOnlyProperty();
  }

  @Override
  public BooleanBinding runnable() {
    return runnable;
  }

  @Override
  public List<Question> asked() {
    return List.of(question(part.get()));
  }

  private Question question(Part of) {
    Analysis<?, ?> analysis =
        of == Part.STREAMING
            ? new StreamingAnalysis(soFar -> latest.set(soFar.figures()))
            : of.analysis();
    return new Question(analysis, form(of).written(), input.choice());
  }

  private Answers<Part> before() {
    return runner.answer().orElse(new Answers<>());
  }

  /** Asks the part in front. */
  @Override
  public void run() {
    LoadedModel asked = model.get();
    if (asked == null || !runnable.get()) {
      return;
    }
    Part of = part.get();
    Question question = question(of);
    Answers<Part> before = before();
    latest.set(List.of());
    runner.run(
        asked,
        question.analysis().title(),
        progress -> {
          try {
            return before.with(of, question.askedOf(asked, progress));
          } finally {
            latest.set(List.of());
          }
        });
  }

  /**
   * Asks what a click means: in the sink surface, interventions at that threshold and length; on a
   * layer of norms or massive values, what the model loses without those of that layer; on a head,
   * its attention.
   */
  public void picked(Pick pick) {
    switch (pick) {
      case Pick.Cell cell when cell.figure().startsWith("sink-surface") -> intervene(cell);
      case Pick.Cell cell when cell.figure().startsWith("sink-alpha") ->
          showAttention("L%dH%d".formatted(cell.row(), cell.column()));
      case Pick.Point point when point.figure().equals("massive-activations") ->
          change((int) Math.round(point.x()) - 1);
      case Pick.Cell cell when cell.figure().equals("norms") -> change(cell.row() - 1);
      default -> {}
    }
  }

  private void intervene(Pick.Cell cell) {
    Optional<SinkProfile.Surface> surface =
        before()
            .result(Part.RATE, SinkRate.class)
            .map(rate -> rate.profiles().getFirst().surface());
    surface.ifPresent(
        of -> {
          form(Part.INTERVENTIONS)
              .fill(
                  Map.of(
                      "epsilon", of.epsilons()[cell.column()],
                      "length", of.lengths()[cell.row()]));
          part.set(Part.INTERVENTIONS);
          run();
        });
  }

  /** Changes the largest values after a layer, −1 for the embedding. */
  private void change(int layer) {
    form(Part.MASSIVE).fill(Map.of("layer", layer));
    part.set(Part.MASSIVE);
    run();
  }

  private void showAttention(String head) {
    LoadedModel asked = model.get();
    if (asked != null) {
      services.pages().open("attention", Map.of("head", head, "model", asked.name()));
    }
  }

  @Override
  public Optional<Outcome> inFront() {
    return before().of(part.get());
  }

  /** What opens the page again as it stands. */
  @Override
  public Map<String, Object> state() {
    Map<String, Object> state = PageState.keep(model, input, named());
    state.put("part", part.get().word());
    return state;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    PageState.restore(state, model, input, named());
    for (Part one : Part.values()) {
      if (one.word().equals(state.get("part"))) {
        part.set(one);
      }
    }
  }

  private Map<String, ParameterFormViewModel> named() {
    Map<String, ParameterFormViewModel> named = new LinkedHashMap<>();
    forms.forEach((one, form) -> named.put(one.word(), form));
    return named;
  }

  @Override
  public void close() {
    stopLooking.run();
    runner.cancel();
    model.close();
  }
}

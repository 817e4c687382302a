package circuitscope.app.session.tour;

/**
 * One thing that the tour found.
 *
 * @param name in its JSON document, such as {@code loss_nats}
 * @param value a number, a text, or a record of these
 * @param line the same for people: a few words, then the number
 */
public record Finding(String name, Object value, String line) {}

package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.StoredResult;
import java.io.IOException;

/** A finished cell and what lies in its folder. */
public record StoredCell(String label, Outcome.Parts parts) {
  /** Reads it; belongs into a job. */
  static StoredCell read(CellRow row) throws IOException {
    return new StoredCell(row.cell().label(), StoredResult.of(row.cell().folder()));
  }
}

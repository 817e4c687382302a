package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.probes.analysis.Versions;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/** What this is, and the versions it is made of. */
final class AboutDialog extends Dialog<ButtonType> {
  AboutDialog(Window owner, Services.Clip clip) {
    initOwner(owner);
    setTitle(Texts.SHARED.get("about"));
    getDialogPane().getButtonTypes().setAll(ButtonType.CLOSE);
    getDialogPane().setId("about");
    Versions versions = Versions.current();
    Label title = new Label("Circuitscope " + versions.product());
    title.getStyleClass().add("page-title");
    String parts =
        Texts.SHARED.get(
            "about.versions",
            versions.libtorch(),
            versions.djl(),
            versions.jdk(),
            System.getProperty("javafx.runtime.version", ""),
            versions.operatingSystem());
    Label text = new Label(Texts.SHARED.get("about.text") + "\n\n" + parts);
    text.setWrapText(true);
    text.setMaxWidth(460);
    Button copy = new Button(Texts.SHARED.get("about.copy"), Icons.of("fth-copy"));
    copy.setOnAction(event -> clip.copy(title.getText() + "\n" + parts));
    VBox box = new VBox(title, text, copy);
    box.getStyleClass().add("form");
    getDialogPane().setContent(box);
  }
}

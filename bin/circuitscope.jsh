import circuitscope.app.session.*;
import circuitscope.app.session.compare.*;
import circuitscope.app.session.workspace.*;
import circuitscope.heads.detect.*;
import circuitscope.heads.sinks.*;
import circuitscope.probes.analysis.*;
import circuitscope.subnetworks.judge.*;
import java.nio.file.*;

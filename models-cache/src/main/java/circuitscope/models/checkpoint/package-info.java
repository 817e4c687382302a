/**
 * Checkpoint files as named, memory-mapped tensors.
 *
 * <p>{@link circuitscope.models.checkpoint.Checkpoint#open} takes a directory (or a GGUF file) in
 * any form the product reads. Everything a file claims is checked against the file before memory is
 * asked for, and every refusal is a {@link circuitscope.models.checkpoint.CheckpointException}.
 */
@NullMarked
package circuitscope.models.checkpoint;

import org.jspecify.annotations.NullMarked;
